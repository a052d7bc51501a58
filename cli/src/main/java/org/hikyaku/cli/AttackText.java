package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.conformance.attack.Attack;
import org.hikyaku.conformance.attack.MeasuredMatrix;
import org.hikyaku.conformance.attack.Outcome;
import org.hikyaku.conformance.attack.Performance;
import org.hikyaku.conformance.attack.Scene;
import org.hikyaku.lab.LabDomain;

/** Attacks for people at a terminal: a table for each receiver, and the messages of each attack. */
final class AttackText {
    private static final String INDENT = "  ";
    private static final int GAP = 2;

    private final Terminal terminal;
    private final PrintWriter out;

    AttackText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    /** @param messages whether to show what was said */
    void print(Performance performance, boolean messages) {
        for (LabDomain receiver : performance.receivers()) {
            out.println(terminal.paint(Paint.STRONG, receiver.text()));
            Wrapped.lines(receiver.about(), terminal.width() - INDENT.length()).forEach(l -> out.println(INDENT + l));
            table(performance, receiver);
            if (messages) {
                performance.attacks().forEach(a -> messages(performance, receiver, a));
            }
            out.println();
        }
        if (performance.scenes().stream().anyMatch(Scene::reported)) {
            say("* the policy is in testing: the sender reports what it saw to the domain (S12)");
        }
        List<String> counts = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            counts.add(performance.count(outcome) + " " + outcome.title());
        }
        say(DecodeRow.count(performance.scenes().size(), "mail") + ": " + String.join(", ", counts) + ".");
        if (performance.asDerived()) {
            say("The threat matrix that check derives for these domains says the same.");
        }
        for (LabDomain receiver : performance.receivers()) {
            for (MeasuredMatrix.Difference difference : performance.differences(receiver)) {
                out.println(
                        terminal.paint(Paint.BAD, "DIFFERS") + " " + receiver.text() + ": " + difference.sentence());
            }
        }
        if (!messages) {
            out.println("Next: hikyaku lab attack --attack strip-starttls --domain "
                    + performance.receivers().getLast().text());
        }
    }

    private void say(String sentence) {
        Wrapped.lines(sentence, terminal.width()).forEach(out::println);
    }

    private void table(Performance performance, LabDomain receiver) {
        List<Sender> senders = performance.senders();
        int first = performance.attacks().stream()
                .mapToInt(a -> a.title().length())
                .max()
                .orElse(0);
        List<Integer> widths = senders.stream().map(AttackText::width).toList();
        int width =
                INDENT.length() + first + widths.stream().mapToInt(w -> GAP + w).sum();
        out.println();
        if (width > terminal.width()) {
            list(performance, receiver);
            return;
        }
        for (int line = 0; line < 2; line++) {
            StringBuilder head = new StringBuilder(INDENT).append(padded(line == 0 ? "attack" : "", first));
            for (int i = 0; i < senders.size(); i++) {
                String[] words = senders.get(i).title().split(" ", 2);
                head.append(" ".repeat(GAP)).append(padded(line < words.length ? words[line] : "", widths.get(i)));
            }
            if (!head.toString().isBlank()) {
                out.println(terminal.paint(Paint.SOFT, head.toString().stripTrailing()));
            }
        }
        for (Attack attack : performance.attacks()) {
            StringBuilder row = new StringBuilder(INDENT).append(padded(attack.title(), first));
            List<Scene> scenes = performance.at(receiver, attack);
            for (int i = 0; i < scenes.size(); i++) {
                String word = word(scenes.get(i));
                row.append(" ".repeat(GAP)).append(terminal.paint(paint(scenes.get(i)), word));
                if (i < scenes.size() - 1) {
                    row.append(" ".repeat(widths.get(i) - word.length()));
                }
            }
            out.println(row);
        }
    }

    private static int width(Sender sender) {
        int head = 0;
        for (String word : sender.title().split(" ", 2)) {
            head = Math.max(head, word.length());
        }
        int longest = 0;
        for (Outcome outcome : Outcome.values()) {
            longest = Math.max(longest, outcome.title().length());
        }
        return Math.max(head, longest);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** For narrow windows. */
    private void list(Performance performance, LabDomain receiver) {
        for (Attack attack : performance.attacks()) {
            out.println(INDENT + attack.title());
            Map<String, List<Scene>> byWord = performance.at(receiver, attack).stream()
                    .collect(Collectors.groupingBy(AttackText::word, LinkedHashMap::new, Collectors.toList()));
            byWord.forEach((word, scenes) -> {
                String mark = INDENT + INDENT + word + ": ";
                List<String> lines = Wrapped.lines(senders(scenes), Math.max(20, terminal.width() - mark.length()));
                out.println(INDENT + INDENT + terminal.paint(paint(scenes.getFirst()), word) + ": " + lines.getFirst());
                lines.stream().skip(1).forEach(l -> out.println(" ".repeat(mark.length()) + l));
            });
        }
    }

    private static String senders(List<Scene> scenes) {
        return scenes.stream().map(s -> s.sender().title()).collect(Collectors.joining("; "));
    }

    private void messages(Performance performance, LabDomain receiver, Attack attack) {
        out.println();
        out.println(INDENT + terminal.paint(Paint.STRONG, attack.title()));
        Wrapped.lines(attack.act(), terminal.width() - INDENT.length()).forEach(l -> out.println(INDENT + l));
        for (List<Scene> alike : performance.alike(receiver, attack)) {
            Scene scene = alike.getFirst();
            out.println();
            out.println(INDENT + senders(alike) + ": " + terminal.paint(paint(scene), word(scene)));
            new AttackDiagram(terminal).print(scene.steps());
            Wrapped.lines(scene.evidence(), terminal.width() - INDENT.length()).forEach(l -> out.println(INDENT + l));
        }
    }

    private static String word(Scene scene) {
        return scene.outcome().title() + (scene.reported() ? "*" : "");
    }

    private static Paint paint(Scene scene) {
        return switch (scene.outcome()) {
            case SAFE, HELD_BACK -> Paint.GOOD;
            case READ, CHANGED, DIVERTED -> scene.reported() ? Paint.DOUBTFUL : Paint.BAD;
        };
    }
}
