package org.hikyaku.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes that arrive in pieces, as text: a character that is cut between two of them is told whole, with the second. */
final class ArrivingText {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** The beginning of a character, at most three bytes. */
    private byte[] begun = new byte[0];

    /** What is whole by now. */
    String next(byte[] piece) {
        ByteBuffer in = ByteBuffer.allocate(begun.length + piece.length);
        in.put(begun).put(piece).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        decoder.decode(in, out, false);
        begun = new byte[in.remaining()];
        in.get(begun);
        return out.flip().toString();
    }
}
