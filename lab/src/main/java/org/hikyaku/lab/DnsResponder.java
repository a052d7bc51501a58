package org.hikyaku.lab;

import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Answers the questions that come to a DNS port. */
@FunctionalInterface
interface DnsResponder {

    /**
     * The answer without OPT, or empty to keep silent.
     *
     * @param query has a question and the opcode QUERY
     * @param dnssec whether signatures are wanted (DO)
     */
    Optional<Message> answer(Message query, boolean dnssec);

    /** What every answer begins with: the question, its number, and the flags that go back as they came. */
    static Message begin(Message query) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        for (int flag : new int[] {Flags.RD, Flags.CD}) {
            if (query.getHeader().getFlag(flag)) {
                answer.getHeader().setFlag(flag);
            }
        }
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            answer.getHeader().setOpcode(query.getHeader().getOpcode());
            answer.getHeader().setRcode(Rcode.NOTIMP);
        }
        if (query.getQuestion() != null) {
            answer.addRecord(query.getQuestion(), Section.QUESTION);
        }
        return answer;
    }

    /** Copies records; those of DNSSEC only when they are wanted or asked for. */
    static void copy(Message from, Message to, boolean dnssec, int asked) {
        to.getHeader().setRcode(from.getRcode());
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
            for (Record record : from.getSection(section)) {
                if (dnssec || record.getType() == asked || !isProof(record.getType())) {
                    to.addRecord(record, section);
                }
            }
        }
    }

    static boolean isProof(int type) {
        return type == Type.RRSIG || type == Type.NSEC || type == Type.NSEC3;
    }
}
