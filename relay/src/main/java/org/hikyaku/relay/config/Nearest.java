package org.hikyaku.relay.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the words that are known somebody may have meant. */
final class Nearest {
    private Nearest() {}

    static Optional<String> of(String word, Collection<String> known) {
        int most = Math.max(1, Math.min(3, word.length() / 3));
        return known.stream()
                .filter(k -> distance(word, k) <= most || k.replace("-", "").equals(word.replaceAll("[-_ ]", "")))
                .min(Comparator.comparingInt(k -> distance(word, k)));
    }

    /** Levenshtein's: how many letters to put in, take out or change. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
