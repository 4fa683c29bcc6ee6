package dev.varve.server.hostile;

import static dev.varve.server.hostile.Mutator.either;
import static dev.varve.server.hostile.Mutator.legal;
import static dev.varve.server.hostile.Mutator.raw;
import static dev.varve.server.hostile.Mutator.refused;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Every way to spoil one place of a document that this test knows. */
final class Mutators {
  private static final String DEEP = "[".repeat(70) + "]".repeat(70);

  private Mutators() {}

  /** Returns those that any notation has. */
  static List<Mutator> common() {
    List<Mutator> all = new ArrayList<>();
    all.add(either("drop", Documents::without));
    values(all);
    impossible(all);
    names(all);
    texts(all);
    shapes(all);
    return all;
  }

  /** Returns those of JSON alone. */
  static List<Mutator> json() {
    List<Mutator> all = new ArrayList<>(common());
    all.add(refused("NaN", "json.number-range", raw("NaN")));
    all.add(refused("Infinity", "json.number-range", raw("-Infinity")));
    all.add(refused("bare word", "json.malformed", raw("nil")));
    all.add(refused("single quotes", "json.malformed", raw("'a'")));
    all.add(refused("leading zero", "json.malformed", raw("007")));
    all.add(refused("control character", "json.malformed", raw("\"a\u0001b\"")));
    all.add(refused("comment", "json.malformed", around("/* a */ ", "")));
    all.add(refused("line comment", "json.malformed", around("// a\n", "")));
    all.add(refused("trailing comma", "json.malformed", around("", ",")));
    all.add(refused("cut here", "json.malformed", Mutators::cut));
    return all;
  }

  /** Returns those of YAML alone; JSON is YAML in flow style. */
  static List<Mutator> yaml() {
    List<Mutator> all = new ArrayList<>(common());
    all.add(refused("alias", "yaml.unsafe", raw("*a")));
    all.add(refused("anchor", "yaml.unsafe", around("&a ", "")));
    all.add(refused("tag", "yaml.unsafe", around("!!str ", "")));
    all.add(refused("own tag", "yaml.unsafe", around("!mine ", "")));
    all.add(refused("Java tag", "yaml.unsafe", raw("!!javax.script.ScriptEngineManager [\"x\"]")));
    all.add(refused("merge key", "yaml.unsafe", member("<<: {a: 1}")));
    all.add(refused("list as key", "json.malformed", member("? [a] : 1")));
    all.add(refused(".inf", "json.number-range", raw(".inf")));
    all.add(refused(".nan", "json.number-range", raw(".nan")));
    all.add(refused("hex beyond 64 bits", "json.number-range", raw("0xfffffffffffffffff")));
    all.add(either("directive", around("\n%YAML 1.1\n---\n", "")));
    all.add(either("no", raw("no")));
    all.add(either("on", raw("on")));
    all.add(either("a date", raw("2026-01-01")));
    all.add(either("base 60", raw("1:30")));
    all.add(either("octal", raw("0o17")));
    return all;
  }

  private static void values(List<Mutator> all) {
    for (String value :
        List.of(
            "null",
            "true",
            "0",
            "-1",
            "-0",
            "1.5",
            "7",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e308",
            "4.9e-324",
            "{}",
            "[]",
            "\"\"",
            "\" \"",
            "\"x\"",
            "[null]",
            "{\"\":{\"\":[]}}",
            "{\"$ref\":\"#\"}",
            "{\"@class\":\"java.lang.Runtime\"}",
            "{\"__proto__\":{\"a\":1}}")) {
      all.add(either("value " + value, raw(value)));
    }
  }

  private static void impossible(List<Mutator> all) {
    all.add(refused("1e400", "json.number-range", raw("1e400")));
    all.add(refused("10,000 digits", "json.number-range", raw("9".repeat(10_000))));
    all.add(refused("nearly nothing", "json.number-range", raw("1E-10000000")));
    all.add(refused("NUL", "text.nul", raw("\"a\\u0000b\"")));
    all.add(refused("lone surrogate", "json.encoding", raw("\"a\\ud800b\"")));
    all.add(refused("surrogates reversed", "json.encoding", raw("\"\\udc00\\ud800\"")));
    all.add(refused("too deep", "json.too-deep", raw(DEEP)));
    all.add(
        refused("deep objects", "json.too-deep", raw("{\"a\":".repeat(70) + "1" + "}".repeat(70))));
    all.add(
        refused(
            "duplicate key",
            "json.duplicate-key",
            (document, pointer) ->
                Documents.beside(
                    document,
                    pointer,
                    Documents.JSON.writeValueAsString(Documents.name(pointer)) + ":1")));
  }

  private static void names(List<Mutator> all) {
    all.add(either("unknown key", member("\"unknown~/key\":1")));
    all.add(either("empty key", member("\"\":1")));
    all.add(either("constructor as key", member("\"constructor\":1")));
    all.add(either("long key", member("\"" + "k".repeat(60_000) + "\":1")));
    all.add(refused("NUL in a key", "text.nul", member("\"a\\u0000\":1")));
    all.add(refused("surrogate in a key", "json.encoding", member("\"\\udfff\":1")));
    all.add(renaming("key in capitals", name -> name.toUpperCase(Locale.ROOT)));
    all.add(renaming("key with a blank", name -> name + " "));
    all.add(renaming("look-alike key", Mutators::lookAlike));
  }

  private static void texts(List<Mutator> all) {
    for (String text :
        List.of(
            "${",
            "${}",
            "${nodes}",
            "${nodes.nobody.output}",
            "$${x}",
            "${input.a.b[0].c}",
            "${1/0}",
            "${'a'.matches('(a+)+$')}",
            "${[1,2,3].map(x, [1,2,3].map(y, x * y))}",
            "a\\r\\nb: c",
            "\\u202eabc\\u200b",
            "\\ud83d\\udc69\\u200d\\ud83d\\udcbb",
            "__proto__",
            "PT-5S",
            "P1Y",
            "PT1e9S",
            "file:///etc/passwd",
            "../../etc",
            "'; drop table x; --",
            "<script>")) {
      all.add(either("text " + text, raw("\"" + text + "\"")));
    }
    all.add(either("long text", raw("\"" + "x".repeat(20_000) + "\"")));
    all.add(either("very long text", raw("\"" + "x".repeat(400_000) + "\"")));
    all.add(either("long template", raw("\"" + "${1}".repeat(2_000) + "\"")));
    all.add(
        either("deep expression", raw("\"${" + "(".repeat(500) + "1" + ")".repeat(500) + "}\"")));
    all.add(either("combining marks", raw("\"a" + "\u0301".repeat(1_000) + "\"")));
    all.add(text("look-alike", Mutators::lookAlike));
    all.add(text("in capitals", text -> text.toUpperCase(Locale.ROOT)));
    all.add(text("blank before", text -> " " + text));
    all.add(text("decomposed", text -> text + "e\u0301"));
    all.add(text("one character less", text -> text.substring(0, Math.max(0, text.length() - 1))));
    all.add(legal("escaped", Mutators::escaped));
    all.add(legal("blanks around", around("  \n ", " \n")));
  }

  private static void shapes(List<Mutator> all) {
    all.add(either("in a list", around("[", "]")));
    all.add(either("in an object", around("{\"a\":", "}")));
    all.add(
        either(
            "as text",
            (document, pointer) ->
                Documents.with(
                    document,
                    pointer,
                    Documents.JSON.writeValueAsString(
                        Documents.at(document, pointer).toString()))));
    all.add(list("twice", array -> array.deepCopy().addAll(array)));
    all.add(list("turned round", Mutators::reversed));
    all.add(list("with null", array -> array.deepCopy().addNull()));
    all.add(list("many", array -> many(array)));
    all.add(
        either(
            "many members",
            (document, pointer) -> {
              if (!Documents.at(document, pointer).isObject()) {
                return null;
              }
              var object = Documents.JSON.createObjectNode();
              for (int i = 0; i < 5_000; i++) {
                object.put("m" + i, i);
              }
              return Documents.with(document, pointer, object.toString());
            }));
  }

  private static BiFunction<JsonNode, String, @Nullable String> around(
      String before, String after) {
    return (document, pointer) ->
        Documents.with(document, pointer, before + Documents.at(document, pointer) + after);
  }

  private static BiFunction<JsonNode, String, @Nullable String> member(String member) {
    return (document, pointer) -> Documents.beside(document, pointer, member);
  }

  private static Mutator renaming(String name, UnaryOperator<String> change) {
    return either(
        name,
        (document, pointer) ->
            Documents.renamed(document, pointer, change.apply(Documents.name(pointer))));
  }

  private static Mutator text(String name, UnaryOperator<String> change) {
    return either(
        name,
        (document, pointer) -> {
          JsonNode value = Documents.at(document, pointer);
          return value.isString()
              ? Documents.with(
                  document,
                  pointer,
                  Documents.JSON.writeValueAsString(change.apply(value.asString())))
              : null;
        });
  }

  private static Mutator list(String name, UnaryOperator<ArrayNode> change) {
    return either(
        name,
        (document, pointer) ->
            Documents.at(document, pointer) instanceof ArrayNode array
                ? Documents.with(document, pointer, change.apply(array).toString())
                : null);
  }

  private static ArrayNode reversed(ArrayNode array) {
    ArrayNode reversed = Documents.JSON.createArrayNode();
    for (int i = array.size() - 1; i >= 0; i--) {
      reversed.add(array.get(i));
    }
    return reversed;
  }

  private static ArrayNode many(ArrayNode array) {
    ArrayNode many = Documents.JSON.createArrayNode();
    while (!array.isEmpty() && many.size() < 2_000) {
      many.addAll(array);
    }
    return many;
  }

  private static String cut(JsonNode document, String pointer) {
    String text = Documents.with(document, pointer, "@@cut@@");
    return text.substring(0, text.indexOf("@@cut@@"));
  }

  private static @Nullable String escaped(JsonNode document, String pointer) {
    JsonNode value = Documents.at(document, pointer);
    if (!value.isString()) {
      return null;
    }
    var text = new StringBuilder("\"");
    value.asString().chars().forEach(c -> text.append(String.format("\\u%04x", c)));
    return Documents.with(document, pointer, text.append('"').toString());
  }

  /** Cyrillic letters that look like Latin ones. */
  private static String lookAlike(String text) {
    return text.replace('a', '\u0430').replace('e', '\u0435').replace('o', '\u043e');
  }
}
