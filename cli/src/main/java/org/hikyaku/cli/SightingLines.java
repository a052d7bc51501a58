package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.net.Addresses;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tlsrpt.Report;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints what the lab's servers see, a line each. */
final class SightingLines {
    private static final String SCHEMA = "hikyaku.lab-serve/1";

    private final PrintWriter out;
    private final boolean json;

    /** Keeps lines whole. */
    private final ReentrantLock printing = new ReentrantLock();

    SightingLines(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void serving(ServedLab lab, ServeOptions options) {
        ObjectNode event = JsonOption.document(SCHEMA).put("event", "serving");
        event.put("domains", lab.catalogue().domains().size());
        event.put("resolver", Addresses.text(lab.resolver()));
        ArrayNode roots = event.putArray("rootServers");
        lab.rootServers().forEach(a -> roots.add(Addresses.text(a)));
        event.put("dnsPort", options.ports().dns());
        event.put("smtpPort", options.ports().smtp());
        event.put("httpsPort", options.ports().https());
        line(event.toString());
    }

    void print(Sighting sighting) {
        line(json ? document(sighting).toString() : text(sighting));
    }

    private void line(String text) {
        printing.lock();
        try {
            out.println(text);
            out.flush();
        } finally {
            printing.unlock();
        }
    }

    private static String text(Sighting sighting) {
        String session =
                sighting instanceof Sighting.OnSession on ? "#" + on.session().number() + " " : "";
        return sighting.at().truncatedTo(ChronoUnit.MILLIS) + "  "
                + sighting.host().or(sighting::domain).orElse("-") + "  " + session + what(sighting);
    }

    private static String what(Sighting sighting) {
        return switch (sighting) {
            case Sighting.Connected c ->
                "connection from " + Addresses.text(c.session().client());
            case Sighting.Ended e -> "end" + e.trouble().map(why -> ": " + why).orElse("");
            case Sighting.Command c ->
                (c.tls().isPresent() ? "TLS  " : "clear  ")
                        + c.line()
                        + c.reply().map(code -> "  -> " + code).orElse("");
            case Sighting.Handshake h ->
                "handshake: " + h.facts().version().title() + " " + h.facts().suite()
                        + h.facts().sni().map(name -> ", SNI " + name).orElse(", no SNI");
            case Sighting.HandshakeFailed f ->
                "handshake failed: " + f.failure().sentence();
            case Sighting.PolicyFetch f -> "policy asked for: " + f.path() + " of " + f.name() + "  -> " + f.status();
            case Sighting.MailTaken m ->
                "mail taken from <" + m.mail().from() + "> to "
                        + String.join(", ", m.mail().to())
                        + m.mail().tls().map(t -> " over " + t).orElse(" in clear")
                        + (m.requireTls() ? " with REQUIRETLS" : "");
            case Sighting.ReportTaken r ->
                "TLS report by " + r.way().name().toLowerCase(Locale.ROOT) + " to " + r.to() + ": "
                        + r.fault()
                                .orElseGet(
                                        () -> r.report().map(SightingLines::sum).orElse(""));
            case Sighting.MovedOn on ->
                on.restarted() ? "the mail server under test was restarted" : "the lab moved on";
            case Sighting.Asked a ->
                "asked for " + a.name() + " " + a.type()
                        + switch (a.server()) {
                            case RESOLVER -> " (resolver)";
                            case AUTHORITATIVE -> " (name server)";
                        };
        };
    }

    private static String sum(Report report) {
        return report.successful() + " sessions good, " + report.failed() + " failed";
    }

    private static ObjectNode document(Sighting sighting) {
        ObjectNode event = JsonOption.document(SCHEMA).put("event", event(sighting));
        event.put("at", sighting.at().toString());
        sighting.domain().ifPresent(d -> event.put("domain", d));
        sighting.host().ifPresent(h -> event.put("host", h));
        if (sighting instanceof Sighting.OnSession on) {
            event.put("session", on.session().number());
            event.put("client", Addresses.text(on.session().client()));
        }
        switch (sighting) {
            case Sighting.Connected _ -> {}
            case Sighting.Ended e -> e.trouble().ifPresent(why -> event.put("trouble", why));
            case Sighting.Command c -> {
                event.put("line", c.line());
                c.tls().map(TlsVersion::title).ifPresent(t -> event.put("tls", t));
                c.reply().ifPresent(r -> event.put("reply", r));
            }
            case Sighting.Handshake h -> TlsFacts.put(event, h.facts());
            case Sighting.HandshakeFailed f -> {
                event.put("sentence", f.failure().sentence());
                f.failure().alert().ifPresent(a -> event.put("alert", a));
            }
            case Sighting.PolicyFetch f ->
                event.put("name", f.name()).put("path", f.path()).put("status", f.status());
            case Sighting.MailTaken m -> {
                event.put("from", m.mail().from());
                m.mail().to().forEach(event.putArray("to")::add);
                m.mail().tls().ifPresent(t -> event.put("tls", t));
                event.put("requireTls", m.requireTls());
            }
            case Sighting.ReportTaken r -> {
                event.put("to", r.to()).put("way", r.way().name().toLowerCase(Locale.ROOT));
                r.report()
                        .ifPresent(s -> event.put("successful", s.successful()).put("failed", s.failed()));
                r.fault().ifPresent(why -> event.put("sentence", why));
            }
            case Sighting.MovedOn on -> event.put("restarted", on.restarted());
            case Sighting.Asked a ->
                event.put("name", a.name())
                        .put("type", a.type())
                        .put("server", a.server().name().toLowerCase(Locale.ROOT))
                        .put("client", Addresses.text(a.client()));
        }
        return event;
    }

    private static String event(Sighting sighting) {
        return switch (sighting) {
            case Sighting.Connected _ -> "connected";
            case Sighting.Ended _ -> "ended";
            case Sighting.Command _ -> "command";
            case Sighting.Handshake _ -> "handshake";
            case Sighting.HandshakeFailed _ -> "handshake-failed";
            case Sighting.PolicyFetch _ -> "policy-fetch";
            case Sighting.MailTaken _ -> "mail";
            case Sighting.ReportTaken _ -> "report";
            case Sighting.MovedOn _ -> "moved-on";
            case Sighting.Asked _ -> "question";
        };
    }
}
