package org.hikyaku.cli;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.hikyaku.net.Addresses;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.SmtpScript;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionOutcome.Answered;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A session as JSON, schemas {@code hikyaku.auth/1} and {@code hikyaku.send/1}; see docs/auth.md. */
final class MailSessionJson {
    private MailSessionJson() {}

    static ObjectNode document(String schema, String target, MailSessionReport report, Dialogue dialogue) {
        ObjectNode json = JsonOption.document(schema);
        json.put("target", target);
        json.put("ok", report.trouble().isEmpty());
        report.trouble().ifPresent(t -> {
            ObjectNode trouble = json.putObject("trouble");
            trouble.put("layer", t.layer().token());
            trouble.put("sentence", t.sentence());
            trouble.put("next", t.next());
            trouble.put("undecided", t.undecided());
        });
        report.ports().ifPresent(p -> ports(json.putObject("ports"), p));
        ArrayNode attempts = json.putArray("attempts");
        report.attempts().forEach(a -> attempt(attempts.addObject(), a));
        report.trusted().ifPresent(yes -> {
            ObjectNode trust = json.putObject("trust");
            trust.put("trusted", yes);
            report.objection().ifPresent(o -> trust.put("sentence", o));
        });
        report.login().ifPresent(l -> login(json.putObject("login"), report, l));
        if (!report.script().isEmpty()) {
            ArrayNode script = json.putArray("script");
            for (SmtpScript.Answered answered : report.script()) {
                ObjectNode one = script.addObject();
                one.put("command", answered.command());
                reply(one.putObject("reply"), answered.reply());
            }
        }
        report.transaction().ifPresent(t -> transaction(json.putObject("mail"), t));
        ArrayNode lines = json.putArray("dialogue");
        dialogue.entries().forEach(e -> {
            ObjectNode line = lines.addObject();
            line.put("at", e.at().toString());
            line.put("who", e.speaker().name().toLowerCase(Locale.ROOT));
            line.put("line", e.line());
        });
        return json;
    }

    private static void ports(ObjectNode json, PortTable table) {
        ArrayNode addresses = json.putArray("addresses");
        table.addresses().forEach(a -> addresses.add(Addresses.text(a)));
        ArrayNode rows = json.putArray("rows");
        for (PortTable.Row row : table.rows()) {
            ObjectNode one = rows.addObject();
            one.put("port", row.port());
            ArrayNode states = one.putArray("states");
            row.cells().forEach(c -> states.add(c.state().token()));
        }
        ArrayNode remarks = json.putArray("remarks");
        table.remarks().forEach(remarks::add);
    }

    private static void attempt(ObjectNode json, SmtpAttempt attempt) {
        json.put("address", Addresses.text(attempt.outcome().address()));
        json.put("connected", attempt.connected());
        switch (attempt.outcome()) {
            case SessionOutcome.NotReached not -> {
                json.put("outcome", "not_reached");
                json.put("reason", not.reason().name().toLowerCase(Locale.ROOT));
                json.put("sentence", not.sentence());
            }
            case SessionOutcome.NoStartTls none -> {
                json.put("outcome", "in_clear");
                none.refusal().ifPresent(r -> json.put("sentence", r));
                ehlo(json.putObject("ehlo"), none.ehlo());
            }
            case SessionOutcome.HandshakeFailed failed -> {
                json.put("outcome", "handshake_failed");
                json.put("reason", failed.failure().stage().name().toLowerCase(Locale.ROOT));
                json.put("sentence", failed.failure().sentence());
            }
            case SessionOutcome.Established established -> {
                json.put("outcome", "established");
                tls(json.putObject("tls"), established.facts());
                ehlo(json.putObject("ehlo"), established.ehlo());
            }
        }
    }

    private static void tls(ObjectNode json, SessionFacts facts) {
        json.put("version", facts.version().title());
        json.put("suite", facts.suite());
        json.put("bits", facts.bits());
        facts.group().ifPresent(g -> json.put("group", g));
        json.put("resumed", facts.resumed());
        ArrayNode chain = json.putArray("chain");
        for (Certificate certificate : facts.chain()) {
            ObjectNode one = chain.addObject();
            one.put("subject", certificate.subject());
            one.put("issuer", certificate.issuer());
            one.put("not_after", certificate.notAfter().toString());
            one.put("sha256", HexFormat.of().formatHex(certificate.sha256()));
        }
    }

    private static void ehlo(ObjectNode json, EhloReply ehlo) {
        json.put("greeting", ehlo.greeting());
        json.put("name", ehlo.name());
        ObjectNode extensions = json.putObject("extensions");
        ehlo.extensions().forEach((keyword, parameters) -> strings(extensions.putArray(keyword), parameters));
        strings(json.putArray("logins"), SmtpLogin.offered(ehlo));
    }

    private static void login(ObjectNode json, MailSessionReport report, LoginOutcome outcome) {
        report.mechanism().ifPresent(m -> json.put("mechanism", m.title()));
        json.put("accepted", outcome instanceof LoginOutcome.Accepted);
        switch (outcome) {
            case LoginOutcome.Accepted yes -> reply(json.putObject("reply"), yes.reply());
            case LoginOutcome.Refused no -> {
                reply(json.putObject("reply"), no.reply());
                no.reason().ifPresent(r -> json.put("reason", r));
            }
            case LoginOutcome.GivenUp gaveUp -> json.put("reason", gaveUp.sentence());
            case LoginOutcome.Broken broken -> json.put("reason", broken.sentence());
        }
    }

    private static void transaction(ObjectNode json, TransactionOutcome outcome) {
        switch (outcome) {
            case TransactionOutcome.Taken taken -> {
                json.put("outcome", "taken");
                reply(json.putObject("reply"), taken.reply());
                recipients(json, taken.accepted(), taken.refused());
            }
            case TransactionOutcome.NotSent not -> {
                json.put("outcome", "not_sent");
                json.put("lack", not.lack().name().toLowerCase(Locale.ROOT));
            }
            case TransactionOutcome.SenderRefused no -> {
                json.put("outcome", "sender_refused");
                reply(json.putObject("reply"), no.reply());
            }
            case TransactionOutcome.RecipientsRefused no -> {
                json.put("outcome", "recipients_refused");
                recipients(json, List.of(), no.refused());
            }
            case TransactionOutcome.ContentRefused no -> {
                json.put("outcome", "content_refused");
                reply(json.putObject("reply"), no.reply());
                recipients(json, no.accepted(), no.refused());
            }
            case TransactionOutcome.Broken broken -> {
                json.put("outcome", "broken");
                json.put("unknown", broken.unknown());
            }
        }
    }

    private static void recipients(ObjectNode json, List<Answered> accepted, List<Answered> refused) {
        ArrayNode all = json.putArray("recipients");
        accepted.forEach(a -> recipient(all.addObject(), a, true));
        refused.forEach(a -> recipient(all.addObject(), a, false));
    }

    private static void recipient(ObjectNode json, Answered answered, boolean accepted) {
        json.put("address", answered.recipient().toString());
        json.put("accepted", accepted);
        reply(json.putObject("reply"), answered.reply());
    }

    private static void reply(ObjectNode json, Reply reply) {
        json.put("code", reply.code());
        reply.enhanced().ifPresent(e -> json.put("enhanced", e.toString()));
        json.put("text", reply.text());
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
