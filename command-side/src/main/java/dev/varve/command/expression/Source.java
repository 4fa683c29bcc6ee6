package dev.varve.command.expression;

import java.util.ArrayList;
import java.util.List;

/**
 * A text of a definition cut into literal pieces and expressions: <code>${...}</code> is an
 * expression, <code>$${</code> a literal <code>${</code>.
 */
public final class Source {
  private Source() {}

  /** One piece of a text. */
  public sealed interface Piece {
    /**
     * Stands for itself.
     *
     * @param text with <code>$${</code> already undone
     */
    record Literal(String text) implements Piece {}

    /**
     * Is evaluated.
     *
     * @param source what stands between the braces
     * @param offset where {@code source} starts in the text, in characters
     */
    record Expression(String source, int offset) implements Piece {}
  }

  /** An expression is not closed. */
  public static final class Unclosed extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;

    Unclosed(int offset) {
      super("Expected '}' for the '${' at character " + (offset + 1), null, false, false);
      this.offset = offset;
    }

    /** Returns where the expression starts, in characters. */
    public int offset() {
      return offset;
    }
  }

  /** Tells whether {@code text} can hold an expression or an escaped one at all. */
  public static boolean isTemplate(String text) {
    return text.contains("${");
  }

  /**
   * Cuts {@code text}; adjoining literals are one piece.
   *
   * @throws Unclosed when an expression has no closing brace
   */
  public static List<Piece> pieces(String text) throws Unclosed {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$${", at)) {
        literal.append("${");
        at += 3;
      } else if (text.startsWith("${", at)) {
        int end = closing(text, at + 2, at);
        if (!literal.isEmpty()) {
          pieces.add(new Piece.Literal(literal.toString()));
          literal.setLength(0);
        }
        pieces.add(new Piece.Expression(text.substring(at + 2, end), at + 2));
        at = end + 1;
      } else {
        literal.append(text.charAt(at));
        at++;
      }
    }
    if (!literal.isEmpty()) {
      pieces.add(new Piece.Literal(literal.toString()));
    }
    return pieces;
  }

  /** Finds the brace that closes, past the braces and quotes inside. */
  private static int closing(String text, int from, int start) throws Unclosed {
    int open = 1;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        at = afterString(text, at, from, start);
        continue;
      }
      if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return at;
      }
      at++;
    }
    throw new Unclosed(start);
  }

  private static int afterString(String text, int quoteAt, int from, int start) throws Unclosed {
    char quote = text.charAt(quoteAt);
    String triple = String.valueOf(quote).repeat(3);
    String end = text.startsWith(triple, quoteAt) ? triple : String.valueOf(quote);
    boolean raw = quoteAt > from && isRaw(text, quoteAt, from);
    int at = quoteAt + end.length();
    while (at < text.length()) {
      if (!raw && text.charAt(at) == '\\') {
        at += 2;
      } else if (text.startsWith(end, at)) {
        return at + end.length();
      } else {
        at++;
      }
    }
    throw new Unclosed(start);
  }

  /** CEL marks raw text by an r or R before the quote, with b or B before or after it. */
  private static boolean isRaw(String text, int quoteAt, int from) {
    int at = quoteAt - 1;
    boolean raw = false;
    while (at >= from && "rRbB".indexOf(text.charAt(at)) >= 0) {
      raw |= Character.toLowerCase(text.charAt(at)) == 'r';
      at--;
    }
    boolean partOfName = at >= from && Character.isJavaIdentifierPart(text.charAt(at));
    return raw && !partOfName;
  }
}
