package dev.varve.web.json;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns bytes into text: UTF-8 without byte order mark and nothing else. */
public sealed interface StrictText {
  /**
   * The text.
   *
   * @param text decoded
   */
  record Decoded(String text) implements StrictText {}

  /**
   * There is none.
   *
   * @param refused {@code json.encoding} or {@code request.too-large}
   */
  record Undecodable(Reading.Refused refused) implements StrictText {}

  /**
   * Decodes {@code body}.
   *
   * @param bytesMax the limit that applies to this kind of text, in bytes
   */
  static StrictText decode(byte[] body, int bytesMax) {
    if (body.length > bytesMax) {
      return new Undecodable(
          new Reading.Refused(
              Rejection.of(
                  RejectionCode.REQUEST_TOO_LARGE,
                  "Expected at most " + bytesMax + " bytes, but got " + body.length)));
    }
    if (hasMark(body)) {
      return undecodable("Expected UTF-8 without a byte order mark", 1, 1);
    }
    if (isWide(body)) {
      return undecodable("Expected UTF-8, but found UTF-16 or UTF-32", 1, 1);
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(body.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      int column = text.length() - text.lastIndexOf('\n');
      return undecodable("Expected UTF-8, but found bytes that are none", line, column);
    }
    return new Decoded(text);
  }

  private static boolean hasMark(byte[] body) {
    return startsWith(body, 0xEF, 0xBB, 0xBF)
        || startsWith(body, 0xFE, 0xFF)
        || startsWith(body, 0xFF, 0xFE);
  }

  /**
   * A NUL among the first two bytes is what UTF-16 and UTF-32 make of an ASCII character. No text
   * begins so.
   */
  private static boolean isWide(byte[] body) {
    return body.length >= 2 && (body[0] == 0 || body[1] == 0);
  }

  private static boolean startsWith(byte[] body, int... start) {
    if (body.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((body[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static Undecodable undecodable(String detail, int line, int column) {
    return new Undecodable(Reading.refused(RejectionCode.JSON_ENCODING, "", detail, line, column));
  }
}
