package org.hikyaku.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Answers in memory as a recursive resolver does that is asked not to check (CD=1): aliases followed from zone to zone,
 * with all signatures and proofs.
 */
final class LabResolver implements Resolver {
    private static final int MAX_ALIASES = 16;
    private static final int UDP_SIZE = 1232;

    private final LabZones zones;
    private final Map<LabQuestion, Trouble.Kind> trouble;
    private final Duration roundTrip;

    LabResolver(LabZones zones, Map<LabQuestion, Trouble.Kind> trouble, Duration roundTrip) {
        this.zones = zones;
        this.trouble = trouble;
        this.roundTrip = roundTrip;
    }

    @Override
    public Reply ask(Question question, Deadline deadline) {
        if (!roundTrip.isZero()) {
            try {
                Thread.sleep(roundTrip);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return unusable(Failure.Kind.TIMEOUT, question, "was interrupted");
            }
        }
        Message message = new Message();
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setFlag(Flags.RD);
        message.getHeader().setFlag(Flags.RA);
        message.getHeader().setFlag(Flags.CD);
        message.addRecord(Record.newRecord(question.name(), question.type(), DClass.IN), Section.QUESTION);
        message.addRecord(new OPTRecord(UDP_SIZE, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);

        Set<Name> seen = new HashSet<>();
        Name name = question.name();
        while (seen.add(name) && seen.size() <= MAX_ALIASES) {
            Trouble.Kind flaw = trouble.get(new LabQuestion(name, question.type()));
            if (flaw == Trouble.Kind.SERVFAIL) {
                return unusable(Failure.Kind.SERVFAIL, question, "answered SERVFAIL");
            } else if (flaw == Trouble.Kind.REFUSED) {
                return unusable(Failure.Kind.REFUSED, question, "answered REFUSED");
            } else if (flaw == Trouble.Kind.TIMEOUT) {
                return unusable(Failure.Kind.TIMEOUT, question, "did not answer");
            }
            ZoneAnswer answer = zones.responsible(name, question.type()).lookup(name, question.type());
            answer.answer().forEach(s -> add(message, s, Section.ANSWER));
            answer.authority().forEach(s -> add(message, s, Section.AUTHORITY));
            if (answer.kind() == ZoneAnswer.Kind.NX_DOMAIN) {
                message.getHeader().setRcode(Rcode.NXDOMAIN);
            }
            if (answer.next().isEmpty()) {
                return new Reply.Received(message);
            }
            name = answer.next().get();
        }
        return unusable(Failure.Kind.SERVFAIL, question, "answered SERVFAIL: the aliases do not end");
    }

    @Override
    public String toString() {
        return "the lab's resolver";
    }

    private static void add(Message message, SignedSet set, int section) {
        List<Record> records = new ArrayList<>(set.records());
        records.addAll(set.signatures());
        for (Record record : records) {
            if (!message.findRecord(record, section)) {
                message.addRecord(record, section);
            }
        }
    }

    private static Reply unusable(Failure.Kind kind, Question question, String what) {
        return new Reply.Unusable(new Failure(kind, "The lab's resolver " + what + " to the question " + question));
    }
}
