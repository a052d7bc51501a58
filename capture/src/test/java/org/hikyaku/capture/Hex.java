package org.hikyaku.capture;

import java.util.HexFormat;

/** Bytes as a person writes them: hexadecimal digits, white space as it pleases, remarks from {@code #} to the end of the line. */
public final class Hex {
    private Hex() {}

    public static byte[] bytes(String... texts) {
        return HexFormat.of()
                .parseHex(String.join("\n", texts).replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
    }
}
