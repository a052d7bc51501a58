package org.hikyaku.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * A question as bytes, and the test whether some bytes answer it. RD=1, CD=1 and, in the OPT record, DO=1: we want
 * the signatures, and bad answers too, because we judge by ourselves (RFC 4035 section 4.9.1, RFC 6891 section 6.1).
 */
final class WireQuery {
    static final int HEADER = 12;
    private static final int RD_AND_CD = 0x0110;
    private static final int DO = 0x8000;
    private static final int OPT_LENGTH = 11;

    private final byte[] bytes;
    private final int questionEnd;

    WireQuery(Question question, int payload) {
        byte[] name = question.name().toWire();
        questionEnd = HEADER + name.length + 4;
        bytes = new byte[questionEnd + OPT_LENGTH];
        ByteBuffer.wrap(bytes)
                .putShort((short) 0)
                .putShort((short) RD_AND_CD)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 1)
                .put(name)
                .putShort((short) question.type())
                .putShort((short) 1)
                .put((byte) 0)
                .putShort((short) Type.OPT)
                .putShort((short) payload)
                .putInt(DO)
                .putShort((short) 0);
    }

    /** The message to send under this id. */
    ByteBuffer withId(int id) {
        ByteBuffer message = ByteBuffer.wrap(bytes.clone());
        message.putShort(0, (short) id);
        return message;
    }

    /**
     * True when the message, from position 0 to its limit, is a response to this question. A server that understood
     * nothing may send back the header alone; that is believed of errors only. The id is checked by the caller.
     */
    boolean isAnsweredBy(ByteBuffer message) {
        if (message.limit() < HEADER) {
            return false;
        }
        int flags = message.getShort(2);
        boolean response = (flags & 0x8000) != 0;
        int opcode = flags >> 11 & 0xF;
        if (!response || opcode != Opcode.QUERY) {
            return false;
        }
        int questions = message.getShort(4) & 0xFFFF;
        return questions == 1
                ? hasOurQuestion(message)
                : questions == 0 && message.limit() == HEADER && isError(flags & 0xF);
    }

    private boolean hasOurQuestion(ByteBuffer message) {
        if (message.limit() < questionEnd) {
            return false;
        }
        for (int i = HEADER; i < questionEnd - 4; i++) {
            // Label lengths are below 64, so that folding letters never makes two of them equal.
            if (lower(message.get(i)) != lower(bytes[i])) {
                return false;
            }
        }
        return message.getInt(questionEnd - 4) == ByteBuffer.wrap(bytes).getInt(questionEnd - 4);
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static boolean isError(int rcode) {
        return rcode == Rcode.FORMERR || rcode == Rcode.SERVFAIL || rcode == Rcode.NOTIMP || rcode == Rcode.REFUSED;
    }
}
