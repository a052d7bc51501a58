package org.hikyaku.dns;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What can be done to a message on its way. */
final class Tampering {
    private static final int[] SECTIONS = {Section.ANSWER, Section.AUTHORITY};

    private Tampering() {}

    static UnaryOperator<Message> replace(Function<Record, List<Record>> how) {
        return message -> {
            for (int section : SECTIONS) {
                List<Record> before = List.copyOf(message.getSection(section));
                message.removeAllRecords(section);
                for (Record rr : before) {
                    how.apply(rr).forEach(changed -> message.addRecord(changed, section));
                }
            }
            return message;
        };
    }

    static UnaryOperator<Message> drop(Predicate<Record> which) {
        return replace(rr -> which.test(rr) ? List.of() : List.of(rr));
    }

    static UnaryOperator<Message> drop(int type) {
        return drop(rr -> rr.getType() == type);
    }

    static UnaryOperator<Message> add(Record... records) {
        return message -> {
            for (Record rr : records) {
                message.addRecord(rr, Section.ANSWER);
            }
            return message;
        };
    }

    static UnaryOperator<Message> rcode(int rcode) {
        return message -> {
            message.getHeader().setRcode(rcode);
            return message;
        };
    }

    static UnaryOperator<Message> servfail() {
        return message -> {
            Message failed = new Message(1);
            failed.addRecord(message.getQuestion(), Section.QUESTION);
            failed.getHeader().setRcode(Rcode.SERVFAIL);
            return failed;
        };
    }

    /** Changes the times of signatures over a type without signing anew. */
    static UnaryOperator<Message> resigned(SignedZone zone, int type, Instant from, Instant to) {
        return message -> {
            for (int section : SECTIONS) {
                List<Record> before = List.copyOf(message.getSection(section));
                message.removeAllRecords(section);
                List<Record> set =
                        before.stream().filter(rr -> rr.getType() == type).toList();
                for (Record rr : before) {
                    boolean old = rr instanceof RRSIGRecord sig && sig.getTypeCovered() == type;
                    message.addRecord(
                            old
                                    ? (type == Type.DNSKEY
                                            ? SignedZone.sign(set, zone.ksk, zone.kskPair, from, to)
                                            : SignedZone.sign(set, zone.zsk, zone.zskPair, from, to))
                                    : rr,
                            section);
                }
            }
            return message;
        };
    }

    static RRSIGRecord withSignature(RRSIGRecord sig, byte[] signature) {
        return new RRSIGRecord(
                sig.getName(),
                DClass.IN,
                sig.getTTL(),
                sig.getTypeCovered(),
                sig.getAlgorithm(),
                sig.getOrigTTL(),
                sig.getExpire(),
                sig.getTimeSigned(),
                sig.getFootprint(),
                sig.getSigner(),
                signature);
    }

    static UnaryOperator<Message> wrongSignature(int type) {
        return replace(rr -> {
            if (rr instanceof RRSIGRecord sig && sig.getTypeCovered() == type) {
                byte[] bytes = sig.getSignature().clone();
                bytes[bytes.length / 2] ^= 1;
                return List.of(withSignature(sig, bytes));
            }
            return List.of(rr);
        });
    }

    /** A record with one bit of its data flipped; empty when that is no record any more. */
    static List<Record> flipped(Record rr, int bit) {
        byte[] rdata = rr.rdataToWireCanonical();
        if (rdata.length == 0) {
            return List.of();
        }
        byte[] changed = rdata.clone();
        changed[(bit / 8) % changed.length] ^= (byte) (1 << (bit % 8));
        try {
            return new ArrayList<>(
                    List.of(Record.newRecord(rr.getName(), rr.getType(), rr.getDClass(), rr.getTTL(), changed)));
        } catch (RuntimeException e) {
            return List.of();
        }
    }
}
