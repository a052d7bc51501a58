package org.hikyaku.check.render;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.hikyaku.check.Words;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.NameServers;
import org.hikyaku.check.auth.Reverse;
import org.hikyaku.check.auth.caa.CaaProperty;
import org.hikyaku.check.auth.caa.CaaReport;
import org.hikyaku.check.auth.dkim.DkimKey;
import org.hikyaku.check.auth.dkim.DkimReport;
import org.hikyaku.check.auth.dmarc.DmarcPolicy;
import org.hikyaku.check.auth.dmarc.DmarcRecord;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.check.auth.spf.SpfSelection;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who may send in a domain's name and issue for its hosts: the member {@code auth} of a domain. */
final class AuthJson {
    private static final String STATUS = "status";
    private static final String FOUND = "found";
    private static final String NONE = "none";
    private static final String SEVERAL = "several";
    private static final String NOT_KNOWN = "not-known";
    private static final String RECORD = "record";
    private static final String DOMAIN = "domain";

    private AuthJson() {}

    static void into(ObjectNode json, MailAuth auth) {
        spf(json.putObject("spf"), auth.spf());
        dmarc(json.putObject("dmarc"), auth.dmarc());
        dkim(json.putObject("dkim"), auth.dkim());
        ArrayNode caa = json.putArray("caa");
        inOrder(auth).forEach(c -> caa(caa.addObject(), c));
        ArrayNode reverse = json.putArray("reverse");
        auth.reverse().forEach(r -> reverse(reverse.addObject(), r));
        nameServers(json.putObject("nameServers"), auth.nameServers());
    }

    /** By the hosts' names: the same domain gives the same report. */
    static List<CaaReport> inOrder(MailAuth auth) {
        return auth.caa().values().stream()
                .sorted(Comparator.comparing(CaaReport::host))
                .toList();
    }

    private static void spf(ObjectNode json, SpfReport report) {
        switch (report.selection()) {
            case SpfSelection.Found found -> {
                json.put(STATUS, FOUND).put(RECORD, found.record().text());
                ArrayNode terms = json.putArray("terms");
                found.record().terms().forEach(t -> terms.add(t.place().text()));
                ArrayNode wrong = json.putArray("wrongTerms");
                found.record().faults().forEach(f -> wrong.add(f.term().text()));
            }
            case SpfSelection.None _ -> json.put(STATUS, NONE);
            case SpfSelection.Several several -> {
                json.put(STATUS, SEVERAL);
                strings(json.putArray("records"), several.texts());
            }
            case SpfSelection.NotKnown _ -> json.put(STATUS, NOT_KNOWN);
        }
        json.put("lookups", report.lookups())
                .put("voidLookups", report.voids())
                .put("permanentError", report.isPermanentError());
        ArrayNode costs = json.putArray("costs");
        report.costs().forEach(c -> costs.addObject().put("term", c.term()).put("lookups", c.lookups()));
        report.ending()
                .ifPresent(e -> json.putObject("ending")
                        .put("result", token(e.qualifier()))
                        .put("stated", e.all())
                        .put(DOMAIN, Words.name(e.domain())));
    }

    private static void dmarc(ObjectNode json, DmarcReport report) {
        switch (report.discovery()) {
            case Discovery.Found found -> {
                DmarcRecord record = found.record();
                json.put(STATUS, FOUND)
                        .put(RECORD, record.text())
                        .put(DOMAIN, Words.name(found.at()))
                        .put("place", token(found.place()))
                        .put("usable", record.isUsable())
                        .put("policy", found.policy().token())
                        .put("effectivePolicy", found.effective().token())
                        .put("subdomainPolicy", effective(record.subdomains(), record))
                        .put("nonexistentPolicy", effective(record.nonexistent(), record))
                        .put("testing", record.testing())
                        .put("publicSuffix", token(record.psd()));
                addresses(json.putArray("rua"), record.rua());
                addresses(json.putArray("ruf"), record.ruf());
            }
            case Discovery.None _ -> json.put(STATUS, NONE);
            case Discovery.NotKnown _ -> json.put(STATUS, NOT_KNOWN);
        }
        report.organisational().ifPresent(o -> json.put("organisationalDomain", Words.name(o)));
        ArrayNode walked = json.putArray("walked");
        report.walked().forEach(w -> walked.add(Words.name(w)));
        ArrayNode destinations = json.putArray("externalDestinations");
        report.destinations()
                .forEach(d -> destinations
                        .addObject()
                        .put("tag", d.tag())
                        .put("uri", d.uri())
                        .put("agreement", token(d.agreement())));
    }

    private static String effective(DmarcPolicy policy, DmarcRecord record) {
        return (record.testing() ? policy.oneLevelMilder() : policy).token();
    }

    private static void addresses(ArrayNode json, List<DmarcRecord.ReportAddress> addresses) {
        addresses.forEach(a -> json.add(a.uri()));
    }

    private static void dkim(ObjectNode json, DkimReport report) {
        json.put("presence", token(report.presence())).put("selectorsGiven", report.given());
        ArrayNode selectors = json.putArray("selectors");
        for (DkimReport.Selector selector : report.selectors()) {
            ObjectNode one = selectors.addObject().put("selector", selector.name());
            switch (selector.outcome()) {
                case DkimReport.Outcome.Found found ->
                    key(one.put(STATUS, FOUND).putArray("keys").addObject(), found.key());
                case DkimReport.Outcome.Several several -> {
                    ArrayNode keys = one.put(STATUS, SEVERAL).putArray("keys");
                    several.keys().forEach(k -> key(keys.addObject(), k));
                }
                case DkimReport.Outcome.NotThere _ -> one.put(STATUS, NONE);
                case DkimReport.Outcome.NotKnown _ -> one.put(STATUS, NOT_KNOWN);
            }
        }
    }

    private static void key(ObjectNode json, DkimKey key) {
        json.put(RECORD, key.text())
                .put("kind", key.kind().title())
                .put("bits", key.bits())
                .put("revoked", key.revoked())
                .put("testing", key.testing())
                .put("strict", key.strict())
                .put("faults", key.faults().size());
        strings(json.putArray("hashes"), key.hashes());
    }

    private static void caa(ObjectNode json, CaaReport report) {
        json.put("host", Words.name(report.host()));
        switch (report.set()) {
            case CaaReport.Relevant.Found found -> {
                json.put(STATUS, FOUND).put(DOMAIN, Words.name(found.at()));
                ArrayNode records = json.putArray("records");
                for (CaaProperty property : found.properties()) {
                    records.addObject()
                            .put("critical", property.critical())
                            .put("tag", property.tag())
                            .put("value", property.value());
                }
                strings(json.putArray("issuers"), found.issuers());
            }
            case CaaReport.Relevant.None _ -> json.put(STATUS, NONE);
            case CaaReport.Relevant.NotKnown _ -> json.put(STATUS, NOT_KNOWN);
        }
    }

    private static void reverse(ObjectNode json, Reverse reverse) {
        json.put("address", Words.address(reverse.address()));
        switch (reverse.outcome()) {
            case Reverse.Outcome.Confirmed confirmed ->
                json.put(STATUS, "confirmed").putArray("names").add(Words.name(confirmed.name()));
            case Reverse.Outcome.Unconfirmed un -> {
                ArrayNode names = json.put(STATUS, "unconfirmed").putArray("names");
                un.names().forEach(n -> names.add(Words.name(n)));
            }
            case Reverse.Outcome.NoName _ -> json.put(STATUS, NONE);
            case Reverse.Outcome.NotKnown _ -> json.put(STATUS, NOT_KNOWN);
        }
    }

    private static void nameServers(ObjectNode json, NameServers servers) {
        json.put("zone", Words.name(servers.zone()));
        ArrayNode all = json.putArray("servers");
        for (NameServers.Server server : servers.servers()) {
            ObjectNode one =
                    all.addObject().put("name", Words.name(server.name())).put("known", server.known());
            ArrayNode addresses = one.putArray("addresses");
            server.ip4().forEach(a -> addresses.add(Words.address(a)));
            server.ip6().forEach(a -> addresses.add(Words.address(a)));
        }
    }

    private static void strings(ArrayNode json, List<String> values) {
        values.forEach(json::add);
    }

    private static String token(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
