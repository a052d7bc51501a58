package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.attack.Step;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;

/** What was said as arrows between three lines of life: the sender, the attacker, and everybody else. */
final class AttackDiagram {
    private static final int LEFT = 4;
    private static final int WIDEST = 110;
    private static final int NARROWEST = 70;

    private final Terminal terminal;
    private final PrintWriter out;
    private final int[] lanes;

    AttackDiagram(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
        int width = Math.min(WIDEST, terminal.width()) - LEFT - 6;
        this.lanes = new int[] {LEFT, LEFT + width / 2, LEFT + width};
    }

    void print(List<Step> steps) {
        if (terminal.width() < NARROWEST) {
            steps.forEach(this::line);
            return;
        }
        out.println();
        StringBuilder head = blank();
        put(head, lanes[0] - 2, "sender");
        put(head, lanes[1] - 4, "attacker");
        put(head, lanes[2] - 4, "receiver");
        out.println(terminal.paint(Paint.STRONG, text(head)));
        for (Step step : steps) {
            if (step.kind() == Kind.NOTE) {
                note(step);
            } else {
                arrow(step);
            }
        }
        out.println();
    }

    /** Where there is no room for lines of life. */
    private void line(Step step) {
        String who = step.kind() == Kind.NOTE
                ? step.from().title() + ": "
                : step.from().title() + " to " + step.to().title() + ", "
                        + step.kind().title() + ": ";
        step.text()
                .lines()
                .flatMap(l -> Wrapped.lines(who + shown(l), terminal.width() - LEFT).stream())
                .forEach(l -> out.println(" ".repeat(LEFT) + l));
    }

    private static int lane(Party party) {
        return switch (party) {
            case SENDER -> 0;
            case ATTACKER -> 1;
            case RECEIVER, DNS, POLICY_HOST -> 2;
        };
    }

    private void note(Step step) {
        int at = lanes[lane(step.from())];
        int from = Math.min(at + 2, lanes[1]);
        for (String text : Wrapped.lines(shown(step.text().replace('\n', ' ')), lanes[2] - from)) {
            StringBuilder row = life();
            put(row, from, text);
            out.println(terminal.paint(Paint.SOFT, text(row)));
        }
    }

    private void arrow(Step step) {
        int from = lanes[lane(step.from())];
        int to = lanes[lane(step.to())];
        int left = Math.min(from, to);
        int right = Math.max(from, to);
        Paint paint = paint(step.kind());
        List<String> lines = new ArrayList<>();
        String label = step.to() == Party.DNS || step.to() == Party.POLICY_HOST
                ? "to " + step.to().title() + ": "
                : step.kind() == Kind.FORGED ? "[forged] " : step.kind() == Kind.TO_ATTACKER ? "[TLS] " : "";
        step.text()
                .lines()
                .forEach(l -> lines.addAll(Wrapped.lines((lines.isEmpty() ? label : "") + shown(l), right - left - 3)));
        for (String text : lines) {
            StringBuilder row = life();
            if (right - left > lanes[1] - lanes[0]) {
                row.setCharAt(lanes[1], ' '); // the words go by behind the attacker
            }
            put(row, left + 2, text);
            out.println(terminal.paint(paint, text(row)));
        }
        StringBuilder row = life();
        char line = switch (step.kind()) {
            case CLEAR, NOTE -> '-';
            case SEALED, TO_ATTACKER -> '=';
            case FORGED -> '~';
        };
        for (int i = left + 1; i < right; i++) {
            row.setCharAt(i, line);
        }
        row.setCharAt(to > from ? right - 1 : left + 1, to > from ? '>' : '<');
        out.println(terminal.paint(paint, text(row)));
    }

    private static Paint paint(Kind kind) {
        return switch (kind) {
            case CLEAR -> Paint.DOUBTFUL;
            case SEALED -> Paint.GOOD;
            case FORGED, TO_ATTACKER -> Paint.BAD;
            case NOTE -> Paint.SOFT;
        };
    }

    private StringBuilder blank() {
        return new StringBuilder(" ".repeat(lanes[2] + 6));
    }

    private StringBuilder life() {
        StringBuilder row = blank();
        for (int lane : lanes) {
            row.setCharAt(lane, '|');
        }
        return row;
    }

    /** Longer ones go on to the right. */
    private static void put(StringBuilder row, int at, String text) {
        while (row.length() < at + text.length()) {
            row.append(' ');
        }
        row.replace(at, at + text.length(), text);
    }

    private static String text(StringBuilder row) {
        return row.toString().stripTrailing();
    }

    /** What servers said may hold anything. */
    private static String shown(String text) {
        StringBuilder safe = new StringBuilder(text);
        for (int i = 0; i < safe.length(); i++) {
            if (Character.isISOControl(safe.charAt(i))) {
                safe.setCharAt(i, '\uFFFD');
            }
        }
        return safe.toString();
    }
}
