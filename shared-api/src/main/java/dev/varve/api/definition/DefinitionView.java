package dev.varve.api.definition;

import java.time.Instant;
import java.util.List;

/**
 * One definition with its versions; the source is that of the latest.
 *
 * @param name the definition's name
 * @param version the latest version
 * @param hash SHA-256 in hex of the latest version's canonical document
 * @param publishedAt when the latest version was published
 * @param format {@code json} or {@code yaml}
 * @param source the latest version's document as posted
 * @param versions every version, newest first
 * @param statistics how the executions went, one per version that has some; may be empty
 * @param asOfPosition opaque token of the log position that this view shows
 */
public record DefinitionView(
    String name,
    int version,
    String hash,
    Instant publishedAt,
    String format,
    String source,
    List<DefinitionSummary> versions,
    List<DefinitionStatistics> statistics,
    String asOfPosition) {
  /** Copies the lists. */
  public DefinitionView {
    versions = List.copyOf(versions);
    statistics = List.copyOf(statistics);
  }

  /** Returns this view with {@code statistics}. */
  public DefinitionView withStatistics(List<DefinitionStatistics> statistics) {
    return new DefinitionView(
        name, version, hash, publishedAt, format, source, versions, statistics, asOfPosition);
  }
}
