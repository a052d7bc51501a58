package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.hikyaku.net.Deadline;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Zones in memory behind a resolver that follows aliases, passes DNSSEC records on and validates nothing. */
final class SignedWorld implements Resolver {
    private final Map<Name, SignedZone> zones = new HashMap<>();
    private final Map<Question, UnaryOperator<Message>> tampering = new HashMap<>();
    private UnaryOperator<Message> tamperingWithAll = m -> m;
    final List<Question> asked = new ArrayList<>();
    boolean followsAliases = true;

    SignedWorld(SignedZone... zones) {
        for (SignedZone zone : zones) {
            this.zones.put(zone.apex, zone);
        }
        for (SignedZone zone : zones) {
            if (zone.apex.labels() > 1) {
                zoneOf(new Name(zone.apex, 1)).delegate(zone);
            }
        }
    }

    SignedZone zoneOf(Name name) {
        for (int strip = 0; strip < name.labels(); strip++) {
            SignedZone zone = zones.get(strip == 0 ? name : new Name(name, strip));
            if (zone != null) {
                return zone;
            }
        }
        throw new IllegalArgumentException("no zone for " + name);
    }

    TrustAnchors anchors() {
        return TrustAnchors.of(zoneOf(Name.root).ds());
    }

    void tamper(String name, int type, UnaryOperator<Message> how) {
        tampering.put(new Question(Name.fromConstantString(name), type), how);
    }

    void tamperWithAll(UnaryOperator<Message> how) {
        tamperingWithAll = how;
    }

    @Override
    public synchronized Reply ask(Question question, Deadline deadline) {
        asked.add(question);
        try {
            Message message = answer(question);
            // through the wire, as a real resolver would hand it over
            message = new Message(message.toWire());
            message = tampering.getOrDefault(question, m -> m).apply(message);
            return new Reply.Received(tamperingWithAll.apply(message));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Message answer(Question question) throws java.io.IOException {
        Message message = new Message(1);
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setFlag(Flags.RA);
        message.addRecord(Record.newRecord(question.name(), question.type(), DClass.IN), Section.QUESTION);
        Set<Record> answer = new LinkedHashSet<>();
        Set<Record> authority = new LinkedHashSet<>();
        Name name = question.name();
        int rcode = Rcode.NOERROR;
        for (int hops = 0; hops < 40; hops++) {
            boolean atParent = question.type() == Type.DS && name.labels() > 1;
            SignedZone zone = zoneOf(atParent ? new Name(name, 1) : name);
            Name next = step(zone, name, question.type(), answer, authority);
            if (next == null) {
                break;
            }
            if (next.equals(NXDOMAIN)) {
                rcode = Rcode.NXDOMAIN;
                break;
            }
            if (!followsAliases) {
                break;
            }
            name = next;
        }
        answer.forEach(rr -> message.addRecord(rr, Section.ANSWER));
        authority.forEach(rr -> message.addRecord(rr, Section.AUTHORITY));
        message.getHeader().setRcode(rcode);
        return message;
    }

    private static final Name NXDOMAIN = Name.fromConstantString("nxdomain.");

    /** Gives the next name of an alias, NXDOMAIN, or null at the end. */
    private @Nullable Name step(SignedZone zone, Name name, int type, Set<Record> answer, Set<Record> authority)
            throws NameTooLongException {
        for (int strip = 1; name.labels() - strip >= zone.apex.labels(); strip++) {
            List<Record> dname = zone.at(new Name(name, strip), Type.DNAME);
            if (!dname.isEmpty()) {
                put(zone, dname, answer);
                Name target = name.fromDNAME((DNAMERecord) dname.getFirst());
                answer.add(new CNAMERecord(name, DClass.IN, SignedZone.TTL, target));
                return type == Type.CNAME ? null : target;
            }
        }
        if (type == Type.DNSKEY && name.equals(zone.apex) && zone.isSigned()) {
            put(zone, zone.keys(), answer);
            return null;
        }
        Name source = name;
        if (!zone.exists(name)) {
            Name encloser = encloser(zone, name);
            source = Name.concatenate(Name.fromConstantString("*"), encloser);
            Name nextCloser = new Name(name, name.labels() - encloser.labels() - 1);
            if (!zone.data.containsKey(source)) {
                soa(zone, authority);
                denyName(zone, name, encloser, nextCloser, source, authority);
                return NXDOMAIN;
            }
            deny(zone, nextCloser, name, authority);
        }
        List<Record> records = zone.at(source, type);
        List<Record> cname = zone.at(source, Type.CNAME);
        if (!records.isEmpty()) {
            putAs(zone, records, name, answer);
            return null;
        }
        if (!cname.isEmpty()) {
            putAs(zone, cname, name, answer);
            return ((CNAMERecord) cname.getFirst()).getTarget();
        }
        soa(zone, authority);
        if (zone.denials == SignedZone.Denials.NSEC) {
            put(zone, zone.nsec(source), authority);
        } else if (zone.isSigned()) {
            if (zone.hasNsec3(source)) {
                put(zone, zone.nsec3(source), authority);
                if (!source.equals(name)) {
                    put(zone, zone.nsec3(new Name(source, 1)), authority);
                }
            } else {
                // opt-out: the closest provable encloser
                Name encloser = new Name(source, 1);
                Name nextCloser = source;
                while (!zone.hasNsec3(encloser)) {
                    nextCloser = encloser;
                    encloser = new Name(encloser, 1);
                }
                put(zone, zone.nsec3(encloser), authority);
                put(zone, zone.nsec3(nextCloser), authority);
            }
        }
        return null;
    }

    private static Name encloser(SignedZone zone, Name name) {
        Name encloser = new Name(name, 1);
        while (!zone.exists(encloser)) {
            encloser = new Name(encloser, 1);
        }
        return encloser;
    }

    private static void deny(SignedZone zone, Name nextCloser, Name name, Set<Record> authority) {
        switch (zone.denials) {
            case NSEC -> put(zone, zone.nsec(name), authority);
            case NSEC3, OPT_OUT -> put(zone, zone.nsec3(nextCloser), authority);
            case NONE -> {}
        }
    }

    private static void denyName(
            SignedZone zone, Name name, Name encloser, Name nextCloser, Name wildcard, Set<Record> authority) {
        switch (zone.denials) {
            case NSEC -> {
                put(zone, zone.nsec(name), authority);
                put(zone, zone.nsec(wildcard), authority);
            }
            case NSEC3, OPT_OUT -> {
                put(zone, zone.nsec3(encloser), authority);
                put(zone, zone.nsec3(nextCloser), authority);
                put(zone, zone.nsec3(wildcard), authority);
            }
            case NONE -> {}
        }
    }

    private static void soa(SignedZone zone, Set<Record> authority) {
        put(zone, zone.at(zone.apex, Type.SOA), authority);
    }

    private static void put(SignedZone zone, List<Record> records, Set<Record> section) {
        putAs(zone, records, records.getFirst().getName(), section);
    }

    private static void putAs(SignedZone zone, List<Record> records, Name owner, Set<Record> section) {
        Record first = records.getFirst();
        boolean signed = !zone.isCut(first.getName()) || first.getType() == Type.DS || first.getType() == Type.NSEC;
        records.forEach(rr -> section.add(rr.withName(owner)));
        if (signed) {
            for (RRSIGRecord signature : zone.sign(records)) {
                section.add(signature.withName(owner));
            }
        }
    }
}
