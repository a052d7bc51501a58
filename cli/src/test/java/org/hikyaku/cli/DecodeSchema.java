package org.hikyaku.cli;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code hikyaku decode --json} prints, held against docs/schema/decode-1.json line by line. */
final class DecodeSchema {
    private final Schema schema;

    DecodeSchema() {
        try {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text() throws IOException {
        return Files.readString(Path.of("../docs/schema/decode-1.json"));
    }

    /** Lines that do not keep to it, each with what is wrong. */
    List<String> objections(String stream) {
        List<String> all = new ArrayList<>();
        for (String line : stream.lines().toList()) {
            List<Error> errors = schema.validate(line, InputFormat.JSON);
            if (!errors.isEmpty()) {
                all.add(errors + " in " + line);
            }
        }
        return all;
    }
}
