package dev.varve.testkit.crash;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.jspecify.annotations.Nullable;

/** Says when a token is about to be stored, and when it has been. */
record CrashTokens(TokenStore tokens, Consumer<CrashPlace> at) implements TokenStore {
  @Override
  public void storeToken(@Nullable TrackingToken token, String processor, int segment) {
    at.accept(CrashPlace.BEFORE_TOKEN);
    tokens.storeToken(token, processor, segment);
    at.accept(CrashPlace.AFTER_TOKEN);
  }

  @Override
  public void initializeTokenSegments(
      String processor, int count, @Nullable TrackingToken initial) {
    tokens.initializeTokenSegments(processor, count, initial);
  }

  @Override
  public void initializeTokenSegments(String processor, int count) {
    tokens.initializeTokenSegments(processor, count);
  }

  @Override
  public void initializeSegment(@Nullable TrackingToken token, String processor, int segment) {
    tokens.initializeSegment(token, processor, segment);
  }

  @Override
  public boolean requiresExplicitSegmentInitialization() {
    return tokens.requiresExplicitSegmentInitialization();
  }

  @Override
  public @Nullable TrackingToken fetchToken(String processor, int segment) {
    return tokens.fetchToken(processor, segment);
  }

  @Override
  public void extendClaim(String processor, int segment) {
    tokens.extendClaim(processor, segment);
  }

  @Override
  public void releaseClaim(String processor, int segment) {
    tokens.releaseClaim(processor, segment);
  }

  @Override
  public void deleteToken(String processor, int segment) {
    tokens.deleteToken(processor, segment);
  }

  @Override
  public int[] fetchSegments(String processor) {
    return tokens.fetchSegments(processor);
  }

  @Override
  public List<Segment> fetchAvailableSegments(String processor) {
    return tokens.fetchAvailableSegments(processor);
  }

  @Override
  public Optional<String> retrieveStorageIdentifier() {
    return tokens.retrieveStorageIdentifier();
  }
}
