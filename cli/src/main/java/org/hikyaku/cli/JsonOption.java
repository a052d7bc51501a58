package org.hikyaku.cli;

import java.io.PrintWriter;
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
        out.println(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(document));
        out.flush();
    }
}
