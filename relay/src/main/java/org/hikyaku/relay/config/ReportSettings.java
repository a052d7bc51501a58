package org.hikyaku.relay.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.relay.config.RelayConfig.Reports;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.send.Submitter;
import org.hikyaku.tlsrpt.store.Database;

/** Reads what is said about TLS reports. */
final class ReportSettings {
    private static final String KIND = "a file or a URL jdbc:postgresql://HOST/NAME?user=NAME";

    private ReportSettings() {}

    /** @param own own domains */
    static Reports read(Section section, Path data, List<String> own) {
        boolean count = section.flag("count", true);
        String store = store(section, data);
        Optional<Mailbox> contact = section.mailbox("contact");
        Optional<String> organization = section.text("organization", "a name");
        Optional<Path> key = section.secret("dkim-key", "a PEM file with the private key");
        Optional<String> selector = section.text("dkim-selector", "a name");
        contact.flatMap(c -> Submitter.objection(organization.orElse(c.domain()), c))
                .ifPresent(why -> section.fault("contact", "\"tls-reports.contact\": " + why));
        if (key.isPresent() != selector.isPresent()) {
            section.fault(
                    key.isPresent() ? "dkim-key" : "dkim-selector",
                    "\"tls-reports.dkim-key\" and \"tls-reports.dkim-selector\" belong together");
        } else if (key.isPresent() && contact.isEmpty()) {
            section.fault(
                    "dkim-key", "reports are sent when there is a key, and need \"tls-reports.contact\" to be from");
        } else if (key.isPresent() && !count) {
            section.fault("count", "reports are sent when there is a key, and without counting there are none");
        }
        Reports reports = new Reports(
                count,
                store,
                contact,
                organization,
                key.flatMap(k -> selector.map(s -> new Reports.Dkim(k, s))),
                section.flag("post-inside", false),
                receive(section, own),
                section.domains("domains"));
        section.done();
        return reports;
    }

    private static String store(Section section, Path data) {
        String otherwise = data.resolve("tls-reports.db").toString();
        String store = section.text("store", KIND, otherwise);
        if (!Database.isUrl(store)) {
            return section.file("store", KIND, otherwise).toString();
        }
        Database.objection(store).ifPresent(why -> section.fault("store", "\"tls-reports.store\": " + why));
        if (store.contains("password=")) {
            section.fault(
                    "store",
                    "\"tls-reports.store\" holds a password, and secrets do not stand in this file: put it into"
                            + " ~/.pgpass of the user that the relay runs as");
        }
        return store;
    }

    private static List<Mailbox> receive(Section section, List<String> own) {
        List<Mailbox> addresses = section.texts("receive", "mail addresses", List.of()).stream()
                .flatMap(text -> section.mailbox("receive", text).stream())
                .toList();
        for (Mailbox address : addresses) {
            if (!own.contains(address.domain().toLowerCase(Locale.ROOT))) {
                section.fault(
                        "receive",
                        "\"" + address + "\" is in no domain of \"domains\", so its mail does not come to this relay");
            }
        }
        return addresses;
    }
}
