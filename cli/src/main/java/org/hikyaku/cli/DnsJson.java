package org.hikyaku.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer as JSON, schema {@code hikyaku.dns/1}: described in docs/dns.md. */
final class DnsJson {
    static final String SCHEMA = "hikyaku.dns/1";

    private DnsJson() {}

    static ObjectNode document(Answer answer, Instant at) {
        Question question = answer.question();
        ObjectNode document = JsonOption.document(SCHEMA);
        document.put("name", question.name().toString());
        DomainNames.inOwnLetters(question.name()).ifPresent(own -> document.put("unicode", own));
        document.put("type", Type.string(question.type()));
        document.put("at", at.toString());
        switch (answer) {
            case Answer.Secure(Question q, Content content, Proof proof) -> {
                document.put("status", "secure");
                content(document, q, content);
                proof(document, proof);
            }
            case Answer.Insecure(Question q, Content content, Proof proof) -> {
                document.put("status", "insecure");
                content(document, q, content);
                proof(document, proof);
            }
            case Answer.Bogus bogus -> {
                document.put("status", "bogus");
                document.putObject("reason")
                        .put("code", bogus.reason().code().code())
                        .put("title", bogus.reason().code().title())
                        .put("zone", bogus.reason().zone().toString())
                        .put("sentence", bogus.reason().sentence())
                        .put("mend", bogus.reason().mend());
                proof(document, bogus.proof());
            }
            case Answer.Failed failed -> {
                document.put("status", "failed");
                document.putObject("failure")
                        .put("kind", word(failed.failure().kind()))
                        .put("sentence", failed.failure().sentence());
            }
        }
        return document;
    }

    private static void content(ObjectNode document, Question question, Content content) {
        ObjectNode answer = document.putObject("answer");
        answer.put(
                "kind",
                switch (content) {
                    case Content.Records records -> "records";
                    case Content.NoData none -> "nodata";
                    case Content.NxDomain none -> "nxdomain";
                });
        answer.put("ttl", content.ttl().toSeconds());
        answer.put("canonicalName", content.canonicalName(question).toString());
        records(answer.putArray("aliases"), List.copyOf(content.aliases()));
        records(answer.putArray("records"), content.recordsOrNone());
    }

    private static void records(ArrayNode array, List<Record> records) {
        for (Record record : records) {
            array.addObject()
                    .put("name", record.getName().toString())
                    .put("ttl", record.getTTL())
                    .put("type", Type.string(record.getType()))
                    .put("rdata", PresentationForm.rdata(record));
        }
    }

    private static void proof(ObjectNode document, Proof proof) {
        document.put("thanksToSkew", proof.thanksToSkew());
        proof.validUntil().ifPresent(until -> document.put("validUntil", until.toString()));
        ArrayNode chain = document.putArray("chain");
        for (Proof.Link link : proof.links()) {
            ObjectNode node =
                    chain.addObject().put("zone", link.zone().toString()).put("status", word(link.status()));
            delegation(node.putObject("delegation"), link.delegation());
            ArrayNode keys = node.putArray("keys");
            for (Proof.Key key : link.keys()) {
                keys.addObject()
                        .put("keyTag", key.keyTag())
                        .put("algorithm", key.algorithm())
                        .put("bits", key.bits())
                        .put("secureEntryPoint", key.secureEntryPoint())
                        .put("zoneKey", key.zoneKey())
                        .put("revoked", key.revoked());
            }
            ArrayNode signatures = node.putArray("signatures");
            link.signatures().forEach(signature -> signature(signatures.addObject(), signature));
            if (!link.note().isEmpty()) {
                node.put("note", link.note());
            }
        }
    }

    private static void delegation(ObjectNode node, Proof.Delegation delegation) {
        node.put("by", word(delegation.vouching()));
        node.put("words", delegation.inWords());
        ArrayNode ds = node.putArray("ds");
        for (Proof.Ds one : delegation.ds()) {
            ds.addObject()
                    .put("keyTag", one.keyTag())
                    .put("algorithm", one.algorithm())
                    .put("digestType", one.digestType())
                    .put("matched", one.matched());
        }
        Optional.of(delegation).flatMap(Proof.Delegation::code).ifPresent(code -> node.put("code", code.code()));
    }

    private static void signature(ObjectNode node, Proof.Signature signature) {
        node.put("owner", signature.owner().toString())
                .put("type", Type.string(signature.covered()))
                .put("algorithm", signature.algorithm())
                .put("keyTag", signature.keyTag())
                .put("inception", signature.inception().toString())
                .put("expiration", signature.expiration().toString())
                .put("valid", signature.valid())
                .put("thanksToSkew", signature.thanksToSkew());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
