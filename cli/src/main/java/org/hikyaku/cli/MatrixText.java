package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.check.matrix.ThreatMatrix;

/** The threat matrix for people at a terminal: a table where it fits, else a line for each sender. */
final class MatrixText {
    private static final String INDENT = "  ";
    private static final int GAP = 2;

    private final Terminal terminal;
    private final PrintWriter out;

    MatrixText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    /** @param explain a sentence for each cell below */
    void print(ThreatMatrix matrix, boolean explain) {
        out.println();
        int first = Math.max(
                "sender".length(),
                Arrays.stream(Sender.values())
                        .mapToInt(s -> s.title().length())
                        .max()
                        .orElse(0));
        int column = Math.max(
                Arrays.stream(State.values())
                        .mapToInt(s -> s.title().length())
                        .max()
                        .orElse(0),
                Arrays.stream(Attacker.values())
                        .flatMap(a -> Arrays.stream(a.title().split(" ", -1)))
                        .mapToInt(String::length)
                        .max()
                        .orElse(0));
        int width = INDENT.length() + first + Attacker.values().length * (GAP + column);
        if (width <= terminal.width()) {
            table(matrix, first, column);
        } else {
            list(matrix);
        }
        if (explain) {
            explain(matrix);
        }
    }

    private void table(ThreatMatrix matrix, int first, int column) {
        int lines = Arrays.stream(Attacker.values())
                .mapToInt(a -> a.title().split(" ", -1).length)
                .max()
                .orElse(1);
        for (int line = 0; line < lines; line++) {
            StringBuilder head = new StringBuilder(INDENT).append(padded(line == 0 ? "sender" : "", first));
            for (Attacker attacker : Attacker.values()) {
                String[] words = attacker.title().split(" ", -1);
                head.append(" ".repeat(GAP)).append(padded(line < words.length ? words[line] : "", column));
            }
            out.println(terminal.paint(Paint.SOFT, head.toString().stripTrailing()));
        }
        matrix.rows().forEach((sender, cells) -> {
            StringBuilder row = new StringBuilder(INDENT).append(padded(sender.title(), first));
            for (int i = 0; i < cells.size(); i++) {
                State state = cells.get(i).state();
                String blank = i == cells.size() - 1
                        ? ""
                        : " ".repeat(column - state.title().length());
                row.append(" ".repeat(GAP))
                        .append(terminal.paint(paint(state), state.title()))
                        .append(blank);
            }
            out.println(row);
        });
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /** {@code DANE: protected: listener; held back: ...}, for narrow windows. */
    private void list(ThreatMatrix matrix) {
        matrix.rows().forEach((sender, cells) -> {
            out.println(INDENT + sender.title());
            for (State state : State.values()) {
                String who = cells.stream()
                        .filter(c -> c.state() == state)
                        .map(c -> c.attacker().title())
                        .collect(Collectors.joining(", "));
                if (!who.isEmpty()) {
                    String mark = INDENT + INDENT + state.title() + ": ";
                    List<String> lines = Wrapped.lines(who, terminal.width() - mark.length());
                    out.println(
                            INDENT + INDENT + terminal.paint(paint(state), state.title()) + ": " + lines.getFirst());
                    lines.stream().skip(1).forEach(l -> out.println(" ".repeat(mark.length()) + l));
                }
            }
        });
    }

    /** What is the same for several senders is said once. */
    private void explain(ThreatMatrix matrix) {
        for (Attacker attacker : Attacker.values()) {
            out.println();
            out.println(INDENT + terminal.paint(Paint.STRONG, attacker.title()));
            List<Cell> told = new ArrayList<>();
            for (Sender sender : Sender.values()) {
                Cell cell = matrix.cell(sender, attacker);
                if (told.stream().anyMatch(c -> alike(c, cell))) {
                    continue;
                }
                told.add(cell);
                String who = matrix.cells().stream()
                        .filter(c -> c.attacker() == attacker && alike(c, cell))
                        .map(c -> c.sender().title())
                        .collect(Collectors.joining("; "));
                out.println(INDENT + INDENT + who + ": "
                        + terminal.paint(paint(cell.state()), cell.state().title()) + ", " + cell.by());
                Wrapped.lines(cell.sentence(), terminal.width() - 3 * INDENT.length())
                        .forEach(l -> out.println(INDENT.repeat(3) + l));
            }
        }
    }

    private static boolean alike(Cell one, Cell other) {
        return one.state() == other.state()
                && one.by().equals(other.by())
                && one.sentence().equals(other.sentence());
    }

    private static Paint paint(State state) {
        return switch (state) {
            case DELIVERED, HELD_BACK -> Paint.GOOD;
            case NOT_KNOWN -> Paint.SOFT;
            case REPORTED -> Paint.DOUBTFUL;
            case EXPOSED -> Paint.BAD;
        };
    }
}
