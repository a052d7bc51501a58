package org.hikyaku.check.matrix;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Kinds of sender against kinds of attacker, for one domain.
 *
 * @param rows the cells of each sender, in the order of the attackers; none missing
 */
public record ThreatMatrix(Map<Sender, List<Cell>> rows) {

    public ThreatMatrix {
        Map<Sender, List<Cell>> copy = new TreeMap<>();
        for (Sender sender : Sender.values()) {
            List<Cell> row = List.copyOf(Optional.ofNullable(rows.get(sender))
                    .orElseThrow(() -> new IllegalArgumentException("no row " + sender)));
            if (!row.stream().map(Cell::attacker).toList().equals(Arrays.asList(Attacker.values()))) {
                throw new IllegalArgumentException("a row has one cell for each attacker, in their order: " + sender);
            }
            copy.put(sender, row);
        }
        rows = java.util.Collections.unmodifiableMap(copy);
    }

    public Cell cell(Sender sender, Attacker attacker) {
        return row(sender).stream()
                .filter(c -> c.attacker() == attacker)
                .findFirst()
                .orElseThrow();
    }

    public List<Cell> row(Sender sender) {
        return Optional.ofNullable(rows.get(sender)).orElseThrow();
    }

    /** All cells, row by row. */
    public List<Cell> cells() {
        return rows.values().stream().flatMap(List::stream).toList();
    }
}
