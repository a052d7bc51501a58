package org.hikyaku.policy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@link PlanFile}s. What is not there, not of its kind or out of range is refused with its place. */
final class PlanReader {
    static final String OPPORTUNISTIC = "opportunistic";
    static final String ENCRYPT = "encrypt";
    static final String DANE = "dane";
    static final String MTA_STS = "mta-sts";
    static final String BOTH = "dane-and-mta-sts";
    static final String VERIFIED_NAME = "verified-name";
    static final String CONFIGURED = "configured";
    static final String DO_NOT_USE = "do-not-use";

    private final JsonNode node;
    private final String place;

    private PlanReader(JsonNode node, String place) {
        this.node = node;
        this.place = place;
    }

    static PlanFile read(String json) throws PlanFormatException {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new PlanFormatException("it is no JSON: " + Printable.of(String.valueOf(e.getOriginalMessage()))
                    + (e.getLocation() == null
                            ? ""
                            : " (line " + e.getLocation().getLineNr() + ")"));
        }
        if (root == null || !root.isObject()) {
            throw new PlanFormatException("it is no JSON object");
        }
        PlanReader reader = new PlanReader(root, "");
        String schema = reader.text("schema");
        if (!schema.equals(PlanFile.SCHEMA)) {
            throw new PlanFormatException("its schema is \"" + Printable.of(schema) + "\" and not \"" + PlanFile.SCHEMA
                    + "\"; 'hikyaku check --save-plan' makes such a file");
        }
        Instant at;
        try {
            at = Instant.parse(reader.text("at"));
        } catch (DateTimeParseException e) {
            throw reader.wrong("at", "is no time such as 2026-11-22T01:04:00Z");
        }
        List<PlanFile.Entry> entries = new ArrayList<>();
        for (PlanReader plan : reader.objects("plans")) {
            entries.add(plan.entry());
        }
        return new PlanFile(at, entries);
    }

    private PlanFile.Entry entry() throws PlanFormatException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : texts("addresses")) {
            try {
                addresses.add(InetAddress.ofLiteral(address));
            } catch (IllegalArgumentException e) {
                throw wrong("addresses", "has \"" + Printable.of(address) + "\", which is no IP address");
            }
        }
        Requirement requirement = object("requirement").requirement();
        Optional<StsPolicy> testing = node.has("testing") ? Optional.of(policy("testing")) : Optional.empty();
        DeliveryPlan plan = new DeliveryPlan(
                name("host"),
                number("port", 1, 65_535),
                requirement,
                testing,
                name("sni"),
                constant("demand", Demand.values()),
                text("why"));
        return new PlanFile.Entry(name("domain"), number("preference", 0, 65_535), addresses, plan);
    }

    private Requirement requirement() throws PlanFormatException {
        String kind = text("kind");
        return switch (kind) {
            case OPPORTUNISTIC -> new Requirement.Opportunistic();
            case ENCRYPT -> new Requirement.Encrypt(name("base"), records("unusable"));
            case DANE -> dane();
            case MTA_STS -> new Requirement.StsPkix(policy("policy"));
            case BOTH -> new Requirement.Both(dane(), new Requirement.StsPkix(policy("policy")));
            case VERIFIED_NAME -> new Requirement.VerifiedName();
            case CONFIGURED ->
                new Requirement.Configured(
                        TlsLevel.of(text("level")).orElseThrow(() -> wrong("level", "is no level of TLS")),
                        texts("match"),
                        flag("confirmed"));
            case DO_NOT_USE ->
                new Requirement.DoNotUse(
                        constant("cause", Cause.values()),
                        new Verdict.Refusal(text("rule"), type(), optional("reasonCode"), text("sentence")));
            default -> throw wrong("kind", "is \"" + Printable.of(kind) + "\", which is not known here");
        };
    }

    private Optional<ResultType> type() throws PlanFormatException {
        Optional<String> token = optional("type");
        if (token.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(ResultType.values())
                .filter(t -> t.token().equals(token.get()))
                .findFirst()
                .orElseThrow(() -> wrong("type", "is no result type of TLS-RPT")));
    }

    private Requirement.Dane dane() throws PlanFormatException {
        Set<Name> names = new LinkedHashSet<>();
        for (String name : texts("names")) {
            names.add(name("names", name));
        }
        try {
            TlsaRrset rrset = TlsaRrset.of(records("tlsa"));
            if (rrset.usable().isEmpty()) {
                throw wrong("tlsa", "has no usable record");
            }
            return new Requirement.Dane(name("base"), rrset, names, flag("secureMx"));
        } catch (LimitExceededException e) {
            throw wrong("tlsa", "has " + e.getMessage());
        }
    }

    private List<TlsaRecord> records(String field) throws PlanFormatException {
        List<TlsaRecord> records = new ArrayList<>();
        for (PlanReader record : objects(field)) {
            byte[] data;
            try {
                data = HexFormat.of().parseHex(record.text("data"));
            } catch (IllegalArgumentException e) {
                throw record.wrong("data", "is not hexadecimal");
            }
            records.add(new TlsaRecord(
                    record.number("usage", 0, 255),
                    record.number("selector", 0, 255),
                    record.number("matchingType", 0, 255),
                    data));
        }
        return records;
    }

    private StsPolicy policy(String field) throws PlanFormatException {
        String body = String.join("\r\n", texts(field)) + "\r\n";
        try {
            return StsPolicyParser.parse(body.getBytes(StandardCharsets.UTF_8)).policy();
        } catch (StsFormatException e) {
            throw wrong(field, "is no MTA-STS policy: " + e.sentence());
        }
    }

    private Name name(String field) throws PlanFormatException {
        return name(field, text(field));
    }

    private Name name(String field, String text) throws PlanFormatException {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw wrong(field, "has \"" + Printable.of(text) + "\", which is no domain name");
        }
    }

    private <E extends Enum<E>> E constant(String field, E[] values) throws PlanFormatException {
        String token = text(field);
        return Arrays.stream(values)
                .filter(v -> PlanWriter.token(v).equals(token))
                .findFirst()
                .orElseThrow(() -> wrong(
                        field,
                        "is \"" + Printable.of(token) + "\" and not one of "
                                + Arrays.stream(values).map(PlanWriter::token).collect(Collectors.joining(", "))));
    }

    private String text(String field) throws PlanFormatException {
        JsonNode value = present(field);
        if (!value.isString()) {
            throw wrong(field, "is no text");
        }
        return value.asString();
    }

    private Optional<String> optional(String field) throws PlanFormatException {
        return node.has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    private int number(String field, int least, int most) throws PlanFormatException {
        JsonNode value = present(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw wrong(field, "is no number from " + least + " to " + most);
        }
        return value.asInt();
    }

    private boolean flag(String field) throws PlanFormatException {
        JsonNode value = present(field);
        if (!value.isBoolean()) {
            throw wrong(field, "is neither true nor false");
        }
        return value.asBoolean();
    }

    private PlanReader object(String field) throws PlanFormatException {
        JsonNode value = present(field);
        if (!value.isObject()) {
            throw wrong(field, "is no JSON object");
        }
        return new PlanReader(value, placeOf(field));
    }

    private List<PlanReader> objects(String field) throws PlanFormatException {
        List<PlanReader> objects = new ArrayList<>();
        for (JsonNode item : list(field)) {
            String where = placeOf(field) + "[" + objects.size() + "]";
            if (!item.isObject()) {
                throw new PlanFormatException(where + " is no JSON object");
            }
            objects.add(new PlanReader(item, where));
        }
        return objects;
    }

    private List<String> texts(String field) throws PlanFormatException {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list(field)) {
            if (!item.isString()) {
                throw new PlanFormatException(placeOf(field) + "[" + texts.size() + "] is no text");
            }
            texts.add(item.asString());
        }
        return texts;
    }

    private JsonNode list(String field) throws PlanFormatException {
        JsonNode value = present(field);
        if (!value.isArray()) {
            throw wrong(field, "is no list");
        }
        return value;
    }

    private JsonNode present(String field) throws PlanFormatException {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw wrong(field, "is missing");
        }
        return value;
    }

    private String placeOf(String field) {
        return place.isEmpty() ? field : place + "." + field;
    }

    private PlanFormatException wrong(String field, String why) {
        return new PlanFormatException(placeOf(field) + " " + why);
    }
}
