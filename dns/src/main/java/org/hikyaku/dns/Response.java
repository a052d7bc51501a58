package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A received message, sorted into record sets. The additional section is nobody's business here. */
final class Response {
    private final int rcode;
    private final Map<Question, RecordSet> answer;
    private final Map<Question, RecordSet> authority;

    Response(Message message) {
        rcode = message.getRcode();
        answer = sets(message.getSection(Section.ANSWER));
        authority = sets(message.getSection(Section.AUTHORITY));
    }

    private static Map<Question, RecordSet> sets(List<Record> records) {
        Map<Question, RecordSet> sets = HashMap.newHashMap(records.size());
        for (Record rr : records) {
            if (rr.getDClass() == DClass.IN && rr.getName().isAbsolute()) {
                int type = rr instanceof RRSIGRecord sig ? sig.getTypeCovered() : rr.getType();
                RecordSet set =
                        sets.computeIfAbsent(new Question(rr.getName(), type), q -> new RecordSet(q.name(), q.type()));
                if (rr instanceof RRSIGRecord sig) {
                    set.add(sig);
                } else {
                    set.add(rr);
                }
            }
        }
        // a signature without its records says nothing
        sets.values().removeIf(set -> set.records().isEmpty());
        return sets;
    }

    int rcode() {
        return rcode;
    }

    boolean isNxDomain() {
        return rcode == Rcode.NXDOMAIN;
    }

    Optional<RecordSet> answer(Name name, int type) {
        return Optional.ofNullable(answer.get(new Question(name, type)));
    }

    boolean hasNoAnswer() {
        return answer.isEmpty();
    }

    /** The DNAME nearest above the name (never at it: RFC 6672 section 2.3). */
    Optional<RecordSet> dnameAbove(Name name) {
        for (int strip = 1; strip < name.labels(); strip++) {
            Optional<RecordSet> dname = answer(new Name(name, strip), Type.DNAME);
            if (dname.isPresent()) {
                return dname;
            }
        }
        return Optional.empty();
    }

    /** NSEC and NSEC3 record sets of the authority section. */
    List<RecordSet> denials() {
        List<RecordSet> denials = new ArrayList<>(4);
        for (RecordSet set : authority.values()) {
            if (set.records().getFirst() instanceof NSECRecord || set.records().getFirst() instanceof NSEC3Record) {
                denials.add(set);
            }
        }
        return denials;
    }

    boolean hasSignedAuthority() {
        for (RecordSet set : authority.values()) {
            if (set.isSigned()) {
                return true;
            }
        }
        return false;
    }

    /** The zone of the SOA in the authority section, which marks a negative answer (RFC 2308 section 2). */
    Optional<SOARecord> soa() {
        for (RecordSet set : authority.values()) {
            if (set.records().getFirst() instanceof SOARecord soa) {
                return Optional.of(soa);
            }
        }
        return Optional.empty();
    }
}
