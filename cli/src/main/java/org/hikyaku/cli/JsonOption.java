package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.HexFormat;
import org.hikyaku.x509.PrintableText;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The option {@code --json}; use as a mixin. */
public final class JsonOption {

    @Option(names = "--json", description = "Print the result as JSON; its schema is described in docs/.")
    private boolean json;

    public boolean wanted() {
        return json;
    }

    /**
     * An empty object that begins with its schema.
     *
     * @param schema name and version, such as {@code hikyaku.dns/1}
     */
    public static ObjectNode document(String schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema);
    }

    /** Prints a document, indented, with a line end. */
    public static void print(PrintWriter out, ObjectNode document) {
        out.println(escaped(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(document)));
        out.flush();
    }

    /** A document in one line. */
    static String line(ObjectNode document) {
        return escaped(document.toString());
    }

    /**
     * The same JSON with what steers a terminal as escapes of four hexadecimal digits. JSON itself asks for that below U+0020 only (RFC
     * 8259 section 7), and all that is not ASCII stands inside of strings.
     */
    private static String escaped(String json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c >= 0x7f && PrintableText.steers(c)) {
                return escaped(json, i);
            }
        }
        return json;
    }

    private static String escaped(String json, int from) {
        StringBuilder out = new StringBuilder(json.length() + 16).append(json, 0, from);
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c >= 0x7f && PrintableText.steers(c)) {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
