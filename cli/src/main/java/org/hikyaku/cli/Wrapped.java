package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of a width, broken at spaces; a word longer than that stays whole, for it is a record or an address to be copied. */
final class Wrapped {
    private Wrapped() {}

    static List<String> lines(String text, int width) {
        if (text.length() <= width && !text.startsWith(" ")) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
