package dev.varve.server.guard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.Committed;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.DefinitionSource;
import org.assertj.core.api.Assertions;

/**
 * Who may see whom. One constant per rule; {@code because} is the sentence a newcomer needs. The
 * benchmarks are not on this class path; nothing may depend on them, so nothing is lost.
 */
@AnalyzeClasses(packages = "dev.varve", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String API = "dev.varve.api..";
  private static final String COMMAND = "dev.varve.command..";
  private static final String CORE = "dev.varve.command.core..";
  private static final String SHELL = "dev.varve.command.axon..";
  private static final String QUERY = "dev.varve.query..";
  private static final String EVENT_STORE = "dev.varve.eventstore..";
  private static final String SERVER = "dev.varve.server..";
  private static final String TEST_KIT = "dev.varve.testkit..";
  private static final String AXON = "org.axonframework..";
  private static final String SPRING = "org.springframework..";
  private static final String[] JDBC = {
    "java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.postgresql.."
  };
  private static final String[] HTTP = {
    "org.springframework.web..", "org.springframework.http..", "jakarta.servlet.."
  };

  /** Jackson's tree, as a value: no mapper, no annotation. */
  private static final DescribedPredicate<JavaClass> JSON_TREE =
      resideInAPackage("tools.jackson.databind.node")
          .or(JavaClass.Predicates.equivalentTo(tools.jackson.databind.JsonNode.class))
          .as("Jackson's tree model");

  private static final DescribedPredicate<JavaClass> PLAIN_JAVA =
      resideInAnyPackage(
              "java.lang",
              "java.lang.invoke",
              "java.lang.runtime",
              "java.lang.annotation",
              "java.util",
              "java.util.function",
              "java.util.regex",
              "java.util.stream",
              "java.math",
              "java.text",
              "java.time..",
              "java.nio",
              "java.nio.charset",
              "org.jspecify.annotations")
          .and(not(JavaClass.Predicates.assignableTo(java.util.Random.class)))
          .and(not(JavaClass.Predicates.equivalentTo(java.lang.Thread.class)))
          .and(not(JavaClass.Predicates.equivalentTo(java.lang.Process.class)))
          .as("Java without IO, threads, randomness or logging");

  @ArchTest
  static void all_of_the_product_is_looked_at(JavaClasses classes) {
    Assertions.assertThat(classes.size()).isGreaterThan(300);
    for (String each :
        new String[] {
          "api",
          "command",
          "query",
          "eventstore",
          "workqueue",
          "postgres",
          "web",
          "replay",
          "server",
          "cli",
          "demo"
        }) {
      Assertions.assertThat(classes.stream().map(JavaClass::getPackageName))
          .as(each)
          .anyMatch(name -> name.startsWith("dev.varve." + each));
    }
  }

  @ArchTest
  static final ArchRule THE_LANGUAGE_IS_PLAIN =
      classes()
          .that()
          .resideInAPackage(API)
          .should()
          .onlyDependOnClassesThat(
              resideInAPackage(API)
                  .or(PLAIN_JAVA)
                  .or(JSON_TREE)
                  .or(JavaClass.Predicates.type(Object[].class)))
          .because(
              "both sides, clients and other languages share it: no framework, no data binding, no database");

  @ArchTest
  static final ArchRule THE_CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage(CORE)
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage(CORE, API).or(PLAIN_JAVA).or(JSON_TREE))
          .because(
              "a decision is replayed years later: the same events and command must give the same answer");

  @ArchTest
  static final ArchRule THE_CORE_READS_NO_CLOCK_AND_NO_DICE =
      noClasses()
          .that()
          .resideInAnyPackage(CORE, API)
          .should()
          .callMethodWhere(Ambient.CALLS)
          .because(
              "time, randomness and environment come in as data, else replay gives another answer");

  @ArchTest
  static final ArchRule COMMANDS_DO_NOT_SEE_QUERIES =
      noClasses()
          .that()
          .resideInAPackage(COMMAND)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(QUERY)
          .because("truth has one writer: who reads a read model to decide makes a second truth");

  @ArchTest
  static final ArchRule QUERIES_DO_NOT_SEE_COMMANDS =
      noClasses()
          .that()
          .resideInAPackage(QUERY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(COMMAND)
          .because(
              "a read model is built from events alone, so that it can be thrown away and built again");

  @ArchTest
  static final ArchRule VIEWS_DO_NOT_SEE_EACH_OTHER =
      slices()
          .matching("dev.varve.query.(definition|execution|statistics)..")
          .should()
          .notDependOnEachOther()
          .because("each read model is rebuilt, and fails, alone");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices()
          .matching("dev.varve.(**)")
          .should()
          .beFreeOfCycles()
          // an outcome names where it was stored, and what is stored names its tenant
          .ignoreDependency(CommandOutcome.Accepted.class, Committed.class)
          // a decision may look up a definition: a lookup handed in, not a call between deciders
          .ignoreDependency(DecisionContext.class, DefinitionSource.class)
          .because("packages that need each other are one package");

  @ArchTest
  static final ArchRule PORTS_ARE_PLAIN =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.command.port..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(AXON, SPRING).or(resideInAnyPackage(JDBC)))
          .because("a port says what the write side needs, not how it is done");

  @ArchTest
  static final ArchRule THE_SHELL_KNOWS_AXON_ONLY =
      noClasses()
          .that()
          .resideInAPackage(SHELL)
          .should()
          .dependOnClassesThat(resideInAPackage(SPRING).or(resideInAnyPackage(JDBC)))
          .because("the shell carries decisions into Axon's aggregates and does nothing else");

  @ArchTest
  static final ArchRule EXPRESSIONS_AND_FORMATS_ARE_LIBRARIES =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.command.expression..", "dev.varve.command.format..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(AXON, SPRING, SHELL).or(resideInAnyPackage(JDBC)))
          .because("a definition can be checked without a server and without a database");

  @ArchTest
  static final ArchRule DOING_DOES_NOT_DECIDE =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.command.automation..", "dev.varve.command.worker..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.varve.command.core.execution..", SHELL)
                  .or(resideInAnyPackage(JDBC)))
          .because("event in, command out: only decide makes facts");

  @ArchTest
  static final ArchRule COMMAND_ROUTES_ARE_THIN =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.command.http..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(CORE, SHELL, AXON).or(resideInAnyPackage(JDBC)))
          .because(
              "a route turns a request into a command and an answer into JSON, through the port");

  @ArchTest
  static final ArchRule QUERY_ROUTES_ARE_THIN =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.query.http..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(JDBC))
          .because("a route turns a request into a query; SQL lives beside its projection");

  @ArchTest
  static final ArchRule HTTP_STAYS_IN_HTTP =
      noClasses()
          .that()
          .resideInAnyPackage(COMMAND, QUERY, "dev.varve.replay..")
          .and()
          .resideOutsideOfPackages("dev.varve.*.http..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(HTTP))
          .because("the same work is reached from a command line, a test and a route");

  @ArchTest
  static final ArchRule THE_LOG_KNOWS_NO_SIDE =
      noClasses()
          .that()
          .resideInAPackage(EVENT_STORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COMMAND, QUERY, SPRING)
          .because("facts are stored and read without knowing who decides or shows them");

  @ArchTest
  static final ArchRule THE_LOG_WORKS_WITHOUT_AXON =
      noClasses()
          .that()
          .resideInAPackage(EVENT_STORE)
          .and()
          .resideOutsideOfPackage("dev.varve.eventstore.axon..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(AXON)
          .because("tools and other versions of Axon read the same log");

  @ArchTest
  static final ArchRule EVENT_SOURCING_LIVES_IN_TWO_PLACES =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.varve.eventstore.axon..", SHELL, SERVER, TEST_KIT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.axonframework.eventsourcing..", "org.axonframework.modelling..")
          .because("aggregates and stores of Axon stay behind the shell and the event store");

  @ArchTest
  static final ArchRule QUEUES_SEE_PORTS_ONLY =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.workqueue..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(QUERY)
                  .or(
                      resideInAPackage(COMMAND)
                          .and(not(resideInAPackage("dev.varve.command.port..")))))
          .because("a queue hands out work; what the work means is decided elsewhere");

  @ArchTest
  static final ArchRule REPLAY_DOES_NOT_NEED_A_SERVER =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.replay..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SERVER, "dev.varve.command.http..", "dev.varve.query.http..")
          .because("the past can be read where no server runs");

  @ArchTest
  static final ArchRule NOBODY_DEPENDS_ON_THE_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER)
          .because("wiring is the top: what it wires must work without it");

  @ArchTest
  static final ArchRule TRACING_IS_OPTIONAL =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.varve.server.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..")
          .because("who looks at no traces loads nothing of it, and the rest knows a port only");

  @ArchTest
  static final ArchRule NO_TEST_TOOLS_IN_THE_PRODUCT =
      noClasses()
          .that()
          .resideOutsideOfPackage(TEST_KIT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              TEST_KIT,
              "org.junit..",
              "org.assertj..",
              "org.axonframework.test..",
              "org.testcontainers..")
          .because("the test kit is used in test scope only");

  @ArchTest
  static final ArchRule THE_COMMAND_LINE_STARTS_FAST =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.cli..", "dev.varve.demo..", "dev.varve.postgres..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SPRING, AXON, COMMAND, QUERY)
          .because("small programs and the database launcher carry no framework");

  @ArchTest
  static final ArchRule ONE_JACKSON =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
          .because("Jackson 3 everywhere (decision 0002): two majors mean two kinds of JSON value");

  @ArchTest
  static final ArchRule NO_DANGEROUS_READERS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.thoughtworks.xstream..", "org.springframework.expression..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.io.ObjectInputStream.class)
          .because("what comes from outside must not name classes or run code");

  @ArchTest
  static final ArchRule NO_FIELD_INJECTION =
      noFields()
          .should()
          .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
          .orShould()
          .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
          .orShould()
          .beAnnotatedWith("jakarta.inject.Inject")
          .because("what a class needs is in its constructor, where a test can give it");

  @ArchTest
  static final ArchRule LOGS_GO_THROUGH_SLF4J =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.varve.cli..", "dev.varve.demo..", TEST_KIT)
          .and()
          .doNotHaveFullyQualifiedName(
              "dev.varve.server.VarveServer") // refuses to start, to who called it
          .should()
          .callMethodWhere(Ambient.CONSOLE_WRITES)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
          .because("an operator routes and filters logs in one place");

  @ArchTest
  static final ArchRule CONTROLLERS_LIVE_IN_HTTP =
      classes()
          .that()
          .haveSimpleNameEndingWith("Controller")
          .should()
          .resideInAnyPackage("dev.varve.*.http..", SERVER)
          .because("routes are found where one looks for them");

  @ArchTest
  static final ArchRule PROJECTIONS_AND_QUERIES_LIVE_IN_A_VIEW =
      classes()
          .that()
          .haveSimpleNameEndingWith("Projection")
          .or()
          .haveSimpleNameEndingWith("Queries")
          .should()
          .resideInAnyPackage(QUERY, "dev.varve.workqueue..", "dev.varve.replay..")
          .because("what fills a table lives beside what reads it");

  @ArchTest
  static final ArchRule DECIDERS_LIVE_IN_THE_CORE =
      classes()
          .that()
          .haveSimpleNameEndingWith("Decider")
          .should()
          .resideInAPackage(CORE)
          .because("facts are made in one place");

  @ArchTest
  static final ArchRule SETTINGS_ARE_RECORDS =
      classes()
          .that()
          .haveSimpleNameEndingWith("Settings")
          .should()
          .beRecords()
          .because("a setting is read once, checked, and never changed");

  @ArchTest
  static final ArchRule NO_GRAB_BAGS =
      noClasses()
          .that()
          .areTopLevelClasses()
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .because("a name says what a thing is");
}
