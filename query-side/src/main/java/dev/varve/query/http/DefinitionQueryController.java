package dev.varve.query.http;

import dev.varve.api.common.Page;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionQuery.FindDefinitions;
import dev.varve.api.definition.DefinitionQuery.GetDefinition;
import dev.varve.api.definition.DefinitionQuery.GetDefinitionVersion;
import dev.varve.api.definition.DefinitionSummary;
import dev.varve.api.definition.DefinitionVersionView;
import dev.varve.api.definition.DefinitionView;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.query.definition.DefinitionProjection;
import dev.varve.query.definition.DefinitionQueries;
import dev.varve.query.statistics.StatisticsQueries;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows definitions and their versions. */
@RestController
@RequestMapping("/api/v1/definitions")
public final class DefinitionQueryController {
  private final DefinitionQueries definitions;
  private final StatisticsQueries statistics;
  private final MinPosition minPosition;

  /**
   * Makes it.
   *
   * @param definitions answers
   * @param statistics tells how the executions of a definition went
   * @param minPosition waits for readers who ask for a position
   */
  public DefinitionQueryController(
      DefinitionQueries definitions, StatisticsQueries statistics, MinPosition minPosition) {
    this.definitions = definitions;
    this.statistics = statistics;
    this.minPosition = minPosition;
  }

  /** Returns a page of definitions by name, each with its latest version. */
  @GetMapping
  public Page<DefinitionSummary> find(
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String minPosition,
      @RequestParam(required = false) @Nullable String wait,
      HttpServletRequest request) {
    var query =
        new FindDefinitions(
            Caller.of(request).tenant(), Cursors.name(cursor), Parameters.limit(limit));
    this.minPosition.await(DefinitionProjection.NAME, minPosition, wait);
    Page<DefinitionSummary> page = definitions.find(query);
    return new Page<>(page.items(), Cursors.ofName(page.next()), page.asOfPosition());
  }

  /**
   * Returns one definition with its versions and the latest source as posted; its {@code ETag} is
   * the number of its latest version.
   */
  @GetMapping("/{name}")
  public ResponseEntity<DefinitionView> get(
      @PathVariable String name,
      @RequestParam(required = false) @Nullable String minPosition,
      @RequestParam(required = false) @Nullable String wait,
      HttpServletRequest request) {
    TenantId tenant = Caller.of(request).tenant();
    this.minPosition.await(DefinitionProjection.NAME, minPosition, wait);
    DefinitionView view = definitions.get(new GetDefinition(tenant, Parameters.text("name", name)));
    if (view == null) {
      throw notFound("Expected the name of a definition, but there is none of this name");
    }
    return ResponseEntity.ok()
        .eTag(Preconditions.etag(view.version()))
        .body(view.withStatistics(statistics.ofDefinition(tenant, view.name())));
  }

  /** Returns one version with its source as posted and its graph. */
  @GetMapping("/{name}/versions/{version}")
  public DefinitionVersionView get(
      @PathVariable String name,
      @PathVariable String version,
      @RequestParam(required = false) @Nullable String minPosition,
      @RequestParam(required = false) @Nullable String wait,
      HttpServletRequest request) {
    this.minPosition.await(DefinitionProjection.NAME, minPosition, wait);
    int number = version.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(version) : 0;
    DefinitionVersionView view =
        definitions.get(
            new GetDefinitionVersion(
                Caller.of(request).tenant(), Parameters.text("name", name), number));
    if (view == null) {
      throw notFound("Expected a version of a definition, but there is none of this number");
    }
    return view;
  }

  private static RejectionException notFound(String detail) {
    return new RejectionException(Rejection.of(RejectionCode.DEFINITION_NOT_FOUND, detail));
  }
}
