package org.hikyaku.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Reads messages with TLSA records that are cut short (D10), which the library refuses as a whole: such records are
 * shown to it under a type that it does not know, and get their own type back afterwards.
 */
final class CutTlsa {
    private static final int SHORTEST = 4;
    private static final int FIRST_PRIVATE = 65_280;
    private static final int LAST_PRIVATE = 65_534;

    private final ByteBuffer bytes;
    private final List<Integer> cut = new ArrayList<>(2);
    private final Set<Integer> types = new HashSet<>();

    private CutTlsa(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * The message, when nothing is wrong with it but such records; empty when it has none.
     *
     * @throws IOException or some {@link RuntimeException} when more is wrong
     */
    static Optional<Message> read(ByteBuffer message) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(message.remaining()).put(message.duplicate());
        return new CutTlsa(copy.flip()).read();
    }

    private Optional<Message> read() throws IOException {
        walk();
        if (cut.isEmpty()) {
            return Optional.empty();
        }
        int stand = FIRST_PRIVATE;
        while (types.contains(stand)) {
            if (++stand > LAST_PRIVATE) {
                return Optional.empty();
            }
        }
        for (int at : cut) {
            bytes.putShort(at, (short) stand);
        }
        Message message = new Message(bytes.rewind());
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL}) {
            List<Record> records = List.copyOf(message.getSection(section));
            message.removeAllRecords(section);
            for (Record rr : records) {
                message.addRecord(
                        rr.getType() == stand
                                ? new CutTlsaRecord(
                                        rr.getName(), rr.getDClass(), rr.getTTL(), rr.rdataToWireCanonical())
                                : rr,
                        section);
            }
        }
        return Optional.of(message);
    }

    /** RFC 1035 section 4.1: notes all types, and where those of the short TLSA records stand. */
    private void walk() {
        int questions = bytes.getShort(4) & 0xFFFF;
        int records = (bytes.getShort(6) & 0xFFFF) + (bytes.getShort(8) & 0xFFFF) + (bytes.getShort(10) & 0xFFFF);
        bytes.position(WireQuery.HEADER);
        for (int i = 0; i < questions; i++) {
            skipName();
            skip(4);
        }
        for (int i = 0; i < records; i++) {
            skipName();
            int at = bytes.position();
            int type = bytes.getShort() & 0xFFFF;
            skip(6);
            int length = bytes.getShort() & 0xFFFF;
            skip(length);
            types.add(type);
            if (type == Type.TLSA && length < SHORTEST) {
                cut.add(at);
            }
        }
    }

    private void skipName() {
        while (true) {
            int length = bytes.get() & 0xFF;
            if (length >= 0xC0) {
                skip(1);
                return;
            }
            if (length == 0) {
                return;
            }
            skip(length);
        }
    }

    private void skip(int octets) {
        bytes.position(bytes.position() + octets);
    }
}
