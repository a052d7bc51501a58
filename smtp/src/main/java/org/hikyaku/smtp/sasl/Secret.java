package org.hikyaku.smtp.sasl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password or token. Never printed; wiped when closed. */
public final class Secret implements AutoCloseable {
    private final char[] chars;

    private Secret(char[] chars) {
        this.chars = chars;
    }

    /** Takes the array over: it is wiped when this is closed. */
    public static Secret of(char[] chars) {
        return new Secret(chars);
    }

    public boolean isEmpty() {
        return chars.length == 0;
    }

    /** A copy, for whoever wipes it. */
    public char[] chars() {
        return chars.clone();
    }

    /** In UTF-8; a copy, for whoever wipes it. */
    public byte[] utf8() {
        return utf8(chars);
    }

    static byte[] utf8(char[] chars) {
        byte[] room = new byte[chars.length * 4];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        var _ = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(chars), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    @Override
    public void close() {
        Arrays.fill(chars, '\0');
    }

    @Override
    public String toString() {
        return "********";
    }
}
