package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a sender was once recorded to do in another laboratory: a resource beside this class. */
final class RecordedTable {
    private RecordedTable() {}

    /**
     * One domain.
     *
     * @param recorded the outcome there
     * @param here the outcome here: the same unless the table explains why not
     */
    record Row(String domain, String recorded, String here) {}

    /** Lines {@code DOMAIN OUTCOME [THEIR-NAME [OUTCOME-HERE]]}. */
    static List<Row> read(String resource) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (InputStream file = Objects.requireNonNull(RecordedTable.class.getResourceAsStream(resource))) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ");
                    rows.add(new Row(words[0], words[1], words.length > 3 ? words[3] : words[1]));
                }
            }
        }
        return rows;
    }
}
