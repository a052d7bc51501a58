package org.hikyaku.check.matrix;

import java.util.List;
import java.util.stream.Collectors;

/** A matrix as five words of six letters: P protected, H held back, E exposed, R reported, ? not known. */
public final class MatrixLetters {
    private MatrixLetters() {}

    public static String of(ThreatMatrix matrix) {
        return matrix.rows().values().stream().map(MatrixLetters::row).collect(Collectors.joining(" "));
    }

    private static String row(List<Cell> cells) {
        return cells.stream().map(c -> letter(c.state())).collect(Collectors.joining());
    }

    private static String letter(State state) {
        return switch (state) {
            case DELIVERED -> "P";
            case HELD_BACK -> "H";
            case NOT_KNOWN -> "?";
            case REPORTED -> "R";
            case EXPOSED -> "E";
        };
    }
}
