package org.hikyaku.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.xbill.DNS.Name;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@link PlanFile}s. */
final class PlanWriter {
    private PlanWriter() {}

    static String write(PlanFile file) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("schema", PlanFile.SCHEMA)
                .put("at", file.at().toString());
        ArrayNode plans = json.putArray("plans");
        file.entries().forEach(e -> entry(plans.addObject(), e));
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    private static void entry(ObjectNode json, PlanFile.Entry entry) {
        DeliveryPlan plan = entry.plan();
        json.put("domain", entry.domain().toString())
                .put("host", plan.host().toString())
                .put("preference", entry.preference());
        ArrayNode addresses = json.putArray("addresses");
        entry.addresses().stream().map(InetAddress::getHostAddress).forEach(addresses::add);
        json.put("port", plan.port())
                .put("sni", plan.sni().toString())
                .put("demand", token(plan.demand()))
                .put("why", plan.why());
        requirement(json.putObject("requirement"), plan.requirement());
        plan.testing().ifPresent(p -> policy(json.putArray("testing"), p));
    }

    private static void requirement(ObjectNode json, Requirement requirement) {
        switch (requirement) {
            case Requirement.Opportunistic _ -> json.put("kind", PlanReader.OPPORTUNISTIC);
            case Requirement.Encrypt encrypt -> {
                json.put("kind", PlanReader.ENCRYPT).put("base", encrypt.base().toString());
                records(json.putArray("unusable"), encrypt.unusable());
            }
            case Requirement.Dane dane -> {
                json.put("kind", PlanReader.DANE);
                dane(json, dane);
            }
            case Requirement.StsPkix sts -> {
                json.put("kind", PlanReader.MTA_STS);
                policy(json.putArray("policy"), sts.policy());
            }
            case Requirement.Both both -> {
                json.put("kind", PlanReader.BOTH);
                dane(json, both.dane());
                policy(json.putArray("policy"), both.sts().policy());
            }
            case Requirement.VerifiedName _ -> json.put("kind", PlanReader.VERIFIED_NAME);
            case Requirement.Configured configured -> {
                json.put("kind", PlanReader.CONFIGURED)
                        .put("level", configured.level().token())
                        .put("confirmed", configured.confirmed());
                configured.match().forEach(json.putArray("match")::add);
            }
            case Requirement.DoNotUse not -> {
                json.put("kind", PlanReader.DO_NOT_USE)
                        .put("cause", token(not.cause()))
                        .put("rule", not.refusal().rule());
                not.refusal().type().ifPresent(t -> json.put("type", t.token()));
                not.refusal().reasonCode().ifPresent(c -> json.put("reasonCode", c));
                json.put("sentence", not.refusal().sentence());
            }
        }
    }

    private static void dane(ObjectNode json, Requirement.Dane dane) {
        json.put("base", dane.base().toString()).put("secureMx", dane.secureMx());
        names(json.putArray("names"), dane.names());
        records(json.putArray("tlsa"), dane.rrset().records());
    }

    private static void names(ArrayNode json, Collection<Name> names) {
        names.stream().map(Name::toString).sorted().forEach(json::add);
    }

    private static void records(ArrayNode json, List<TlsaRecord> records) {
        records.forEach(r -> json.addObject()
                .put("usage", r.usage())
                .put("selector", r.selector())
                .put("matchingType", r.matchingType())
                .put("data", HexFormat.of().formatHex(r.data())));
    }

    /** The lines as served: what is read back is then what was served. */
    private static void policy(ArrayNode json, StsPolicy policy) {
        policy.lines().forEach(json::add);
    }

    static String token(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
