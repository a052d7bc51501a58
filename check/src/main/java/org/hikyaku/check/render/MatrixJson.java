package org.hikyaku.check.render;

import java.util.Locale;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.ThreatMatrix;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The threat matrix as JSON: one object for each sender, in it one for each attacker. */
final class MatrixJson {
    private MatrixJson() {}

    static void into(ArrayNode json, ThreatMatrix matrix) {
        matrix.rows().forEach((sender, cells) -> {
            ArrayNode row = json.addObject().put("sender", sender.id()).putArray("cells");
            cells.forEach(cell -> into(row.addObject(), cell));
        });
    }

    private static void into(ObjectNode json, Cell cell) {
        json.put("attacker", cell.attacker().id())
                .put("state", cell.state().id())
                .put("by", cell.by());
        cell.host().ifPresent(h -> json.put("host", h));
        cell.rule().ifPresent(r -> json.put("rule", r));
        cell.harm().ifPresent(h -> json.put("harm", h.name().toLowerCase(Locale.ROOT)));
        json.put("sentence", cell.sentence());
    }
}
