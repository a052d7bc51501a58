package org.hikyaku.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;

/** Bytes of a DNS message made into a {@link Message}, whatever they are. */
final class WireMessage {
    private static final int MOST_TEXT = 300;

    /** The bytes are no DNS message. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String sentence) {
            super(sentence);
        }

        MalformedException(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    private WireMessage() {}

    static Message parse(ByteBuffer bytes) throws MalformedException {
        try {
            return new Message(bytes.duplicate());
        } catch (IOException | RuntimeException e) {
            // The parser of records throws IllegalArgumentException and others of its kind on hostile bytes.
            return withCutTlsa(bytes).orElseThrow(() -> new MalformedException(String.valueOf(e.getMessage()), e));
        }
    }

    private static Optional<Message> withCutTlsa(ByteBuffer bytes) {
        try {
            return CutTlsa.read(bytes);
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // The first error tells what is wrong.
        }
    }

    /** TC, read before parsing: what follows in a truncated message may be cut anywhere. */
    static boolean isTruncated(ByteBuffer message) {
        return (message.get(2) & 0x02) != 0;
    }

    /** The Extended DNS Errors in words: {@code EDE 22 No Reachable Authority: at delegation example.}; or empty. */
    static String extendedErrors(Message message) {
        Optional<OPTRecord> opt = Optional.ofNullable(message.getOPT());
        List<EDNSOption> options =
                opt.map(o -> o.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR)).orElse(List.of());
        StringBuilder words = new StringBuilder();
        for (EDNSOption option : options) {
            if (option instanceof ExtendedErrorCodeOption error) {
                words.append(words.isEmpty() ? "" : ", ").append("EDE ").append(error.getErrorCode());
                Optional.ofNullable(ExtendedErrorCodeOption.text(error.getErrorCode()))
                        .ifPresent(title -> words.append(' ').append(title));
                Optional.ofNullable(error.getText())
                        .filter(text -> !text.isEmpty())
                        .ifPresent(text -> words.append(": ").append(printable(text)));
            }
        }
        return words.toString();
    }

    /** Text from the network, safe to show on a terminal. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .limit(MOST_TEXT)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }
}
