package org.hikyaku.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.policy.Verdict;
import org.hikyaku.tls.TlsVersion;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The stream {@code hikyaku.decode/1}, one object a line: described in docs/decode.md and docs/schema/decode-1.json. */
final class DecodeJson {
    static final String SCHEMA = "hikyaku.decode/1";

    private DecodeJson() {}

    private static ObjectNode object(String type) {
        return JsonOption.document(SCHEMA).put("type", type);
    }

    static String connection(
            Connection c,
            Protocol protocol,
            int mails,
            Optional<String> sum,
            CertificateNames names,
            List<DecodeJudge.Judged> judged) {
        ObjectNode node = object("connection")
                .put("number", c.number())
                .put("time", Instant.ofEpochSecond(0, c.nanos()).toString())
                .put("frame", c.firstFrame())
                .put("client", c.client().toString())
                .put("server", c.server().toString())
                .put("fromStart", c.fromStart())
                .put("protocol", word(protocol))
                .put("startTls", c.startTls())
                .put("clientClearBytes", c.clearBytes(Side.CLIENT))
                .put("serverClearBytes", c.clearBytes(Side.SERVER))
                .put("mails", mails);
        c.tls().ifPresent(tls -> tls(node.putObject("tls"), tls, names));
        sum.ifPresent(s -> node.put("sha256", s));
        if (!judged.isEmpty()) {
            ArrayNode judgements = node.putArray("judgements");
            for (DecodeJudge.Judged one : judged) {
                ObjectNode judgement = judgements
                        .addObject()
                        .put("domain", one.domainText())
                        .put("host", one.hostText())
                        .put("verdict", one.word())
                        .put("sentence", one.verdict().sentence());
                if (one.verdict() instanceof Verdict.Refused refused) {
                    judgement.put("rule", refused.refusal().rule());
                }
            }
        }
        c.neededSnapshotLength().ifPresent(n -> node.put("neededSnapshotLength", n));
        return JsonOption.line(node);
    }

    private static void tls(ObjectNode node, TlsReport tls, CertificateNames names) {
        tls.version().map(TlsVersion::title).ifPresent(v -> node.put("version", v));
        tls.suiteName().ifPresent(s -> node.put("suite", s));
        tls.group().ifPresent(g -> node.put("group", g));
        tls.serverName().ifPresent(n -> node.put("serverName", n));
        tls.alpn().ifPresent(a -> node.put("alpn", a));
        names.of(tls.serverChain()).ifPresent(c -> node.put("certificate", c));
        node.put("encryptedClientHello", tls.encryptedClientHello())
                .put("resumed", tls.resumed())
                .put("retried", tls.retried())
                .put("extendedMasterSecret", tls.extendedMasterSecret())
                .put("encryptThenMac", tls.encryptThenMac())
                .put("clientCertificates", tls.clientChain().size())
                .put("serverCertificates", tls.serverChain().size())
                .put("earlyDataOffered", tls.earlyDataOffered())
                .put("earlyBytes", tls.earlyBytes())
                .put("keyUpdates", tls.keyUpdates())
                .put("renegotiations", tls.renegotiations())
                .put("clientFinished", word(tls.finished(Side.CLIENT)))
                .put("serverFinished", word(tls.finished(Side.SERVER)))
                .put("decrypted", tls.decrypted())
                .put("clientBytes", tls.decryptedBytes(Side.CLIENT))
                .put("serverBytes", tls.decryptedBytes(Side.SERVER))
                .put("lostBytes", tls.lostBytes())
                .put("unopenedRecords", tls.unopenedRecords());
        tls.keyOrigin().ifPresent(k -> node.put("keyFrom", k));
        tls.dark()
                .ifPresent(dark -> node.putObject("dark")
                        .put("reason", word(dark.reason()))
                        .put("sentence", dark.sentence()));
        strings(node.putArray("alerts"), tls.alerts());
        strings(node.putArray("notes"), tls.notes());
    }

    static String line(Connection c, Side side, boolean encrypted, String text, long frame, long nanos) {
        return JsonOption.line(object("line")
                .put("connection", c.number())
                .put("side", word(side))
                .put("encrypted", encrypted)
                .put("frame", frame)
                .put("time", Instant.ofEpochSecond(0, nanos).toString())
                .put("text", text));
    }

    static String remark(Connection c, String text, long frame) {
        return JsonOption.line(object("remark")
                .put("connection", c.number())
                .put("frame", frame)
                .put("text", text));
    }

    static String mail(Connection c, Mail mail, Optional<Path> file) {
        ObjectNode node = object("mail").put("connection", c.number()).put("from", mail.from());
        strings(node.putArray("recipients"), mail.recipients());
        node.put("bytes", mail.size())
                .put("encrypted", mail.encrypted())
                .put("accepted", mail.accepted())
                .put("complete", mail.complete())
                .put("frame", mail.frame());
        file.ifPresent(f -> node.put("file", f.toString()));
        return JsonOption.line(node);
    }

    static String summary(
            long packets,
            int connections,
            int tls,
            int decrypted,
            Map<Dark.Reason, Integer> dark,
            int mails,
            List<String> remarks) {
        ObjectNode node = object("summary")
                .put("packets", packets)
                .put("connections", connections)
                .put("tls", tls)
                .put("decrypted", decrypted)
                .put("mails", mails);
        ObjectNode reasons = node.putObject("dark");
        dark.forEach((reason, count) -> reasons.put(word(reason), count));
        strings(node.putArray("remarks"), remarks);
        return JsonOption.line(node);
    }

    private static void strings(ArrayNode array, List<String> strings) {
        strings.forEach(array::add);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
