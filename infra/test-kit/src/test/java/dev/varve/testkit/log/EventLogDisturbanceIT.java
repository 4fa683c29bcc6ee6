package dev.varve.testkit.log;

import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("beds")
class EventLogDisturbanceIT extends EventLogDisturbanceContract {
  EventLogDisturbanceIT(LogTestbed bed) {
    super(bed);
  }

  static List<Named<LogTestbed>> beds() {
    return LogServers.servers();
  }
}
