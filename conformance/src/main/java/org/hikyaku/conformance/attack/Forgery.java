package org.hikyaku.conformance.attack;

import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** DNS messages that the attacker makes up. He signs nothing: he does not have the zone's keys. */
final class Forgery {
    static final long TTL = 300;

    private Forgery() {}

    /** An answer with these records and nothing else; without any it says that there are none. */
    static Reply of(Question question, Record... answers) {
        Message message = new Message();
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setFlag(Flags.RD);
        message.getHeader().setFlag(Flags.RA);
        message.getHeader().setFlag(Flags.CD);
        message.addRecord(Record.newRecord(question.name(), question.type(), DClass.IN), Section.QUESTION);
        for (Record answer : answers) {
            message.addRecord(answer, Section.ANSWER);
        }
        return new Reply.Received(message);
    }
}
