package org.hikyaku.lab;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.lab.LabDomain.Trouble;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Answers as a name server that is responsible for some of the zones (RFC 1034 section 4.3.2, RFC 4035 section 3.1):
 * with authority for what they hold, with a referral for what they delegate, with a refusal for the rest.
 */
final class AuthoritativeAnswers implements DnsResponder {
    private static final int MAX_ALIASES = 16;

    private final NameServerRole role;
    private final LabZones zones;
    private final Map<LabQuestion, Trouble.Kind> trouble;

    AuthoritativeAnswers(NameServerRole role, LabZones zones, Map<LabQuestion, Trouble.Kind> trouble) {
        this.role = role;
        this.zones = zones;
        this.trouble = trouble;
    }

    @Override
    public Optional<Message> answer(Message query, boolean dnssec) {
        Name name = query.getQuestion().getName();
        int type = query.getQuestion().getType();
        Message answer = DnsResponder.begin(query);
        Optional<Zone> zone = zones.deepest(name, type, role::holds);
        if (zone.isEmpty()) {
            answer.getHeader().setRcode(Rcode.REFUSED);
            return Optional.of(answer);
        }
        Trouble.Kind flaw = trouble.get(new LabQuestion(name, type));
        if (flaw == Trouble.Kind.TIMEOUT) {
            return Optional.empty();
        } else if (flaw == Trouble.Kind.SERVFAIL || flaw == Trouble.Kind.REFUSED) {
            answer.getHeader().setRcode(flaw == Trouble.Kind.SERVFAIL ? Rcode.SERVFAIL : Rcode.REFUSED);
            return Optional.of(answer);
        }
        Message found = new Message();
        Optional<List<SignedSet>> referral = zone.get().referral(name, type);
        if (referral.isPresent()) {
            referral.get().forEach(s -> add(found, s, Section.AUTHORITY));
            DnsResponder.copy(found, answer, dnssec, type);
            addGlue(answer);
        } else {
            follow(zone.get(), name, type, found);
            answer.getHeader().setFlag(Flags.AA);
            DnsResponder.copy(found, answer, dnssec, type);
            addGlueOfAnswer(answer, type);
        }
        return Optional.of(answer);
    }

    /** The answer of the zone; aliases are followed as long as they stay in it. */
    private void follow(Zone zone, Name asked, int type, Message found) {
        Set<Name> seen = new HashSet<>();
        Optional<Name> next = Optional.of(asked);
        while (next.isPresent()
                && seen.add(next.get())
                && seen.size() <= MAX_ALIASES
                && (seen.size() == 1 || staysIn(zone, next.get(), type))) {
            ZoneAnswer part = zone.lookup(next.get(), type);
            part.answer().forEach(s -> add(found, s, Section.ANSWER));
            part.authority().forEach(s -> add(found, s, Section.AUTHORITY));
            if (part.kind() == ZoneAnswer.Kind.NX_DOMAIN) {
                found.getHeader().setRcode(Rcode.NXDOMAIN);
            }
            next = part.next();
        }
    }

    private boolean staysIn(Zone zone, Name name, int type) {
        return zones.responsible(name, type) == zone && !trouble.containsKey(new LabQuestion(name, type));
    }

    /** Whoever is sent to a name server must be able to reach it (RFC 9471). */
    private void addGlue(Message answer) {
        for (Record record : answer.getSection(Section.AUTHORITY)) {
            if (record instanceof NSRecord ns) {
                addAddresses(ns.getTarget(), answer);
            }
        }
    }

    private void addGlueOfAnswer(Message answer, int type) {
        if (type == Type.NS) {
            for (Record record : answer.getSection(Section.ANSWER)) {
                if (record instanceof NSRecord ns) {
                    addAddresses(ns.getTarget(), answer);
                }
            }
        }
    }

    private void addAddresses(Name host, Message answer) {
        for (int type : new int[] {Type.A, Type.AAAA}) {
            ZoneAnswer addresses = zones.responsible(host, type).lookup(host, type);
            for (SignedSet set : addresses.answer()) {
                set.records().forEach(r -> answer.addRecord(r, Section.ADDITIONAL));
            }
        }
    }

    private static void add(Message message, SignedSet set, int section) {
        for (List<? extends Record> records : List.of(set.records(), set.signatures())) {
            for (Record record : records) {
                if (!message.findRecord(record, section)) {
                    message.addRecord(record, section);
                }
            }
        }
    }
}
