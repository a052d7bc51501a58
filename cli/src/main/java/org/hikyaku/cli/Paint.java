package org.hikyaku.cli;

/** Colours by what they mean. Never the only carrier of a meaning: the words say it too. */
public enum Paint {
    BAD("31"),
    DOUBTFUL("33"),
    GOOD("32"),
    SOFT("2"),
    STRONG("1");

    private final String code;

    Paint(String code) {
        this.code = code;
    }

    String on(String text) {
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
