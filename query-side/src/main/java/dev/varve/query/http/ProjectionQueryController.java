package dev.varve.query.http;

import dev.varve.api.projection.ProjectionView;
import dev.varve.query.projection.ProjectionQueries;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows how far the projections have come. */
@RestController
@RequestMapping("/api/v1/projections")
public final class ProjectionQueryController {
  private final ProjectionQueries projections;

  /** Answers from {@code projections}. */
  public ProjectionQueryController(ProjectionQueries projections) {
    this.projections = projections;
  }

  /** Returns every projection in every partition. */
  @GetMapping
  public Projections list() {
    return new Projections(projections.list());
  }

  /**
   * The answer.
   *
   * @param items by name and partition
   */
  public record Projections(List<ProjectionView> items) {
    /** Copies the list. */
    public Projections {
      items = List.copyOf(items);
    }
  }
}
