package org.hikyaku.policy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Addresses;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Verdict.Refusal;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Decides what a server must show that is known by its address alone (D22, S14). */
final class AddressPlan {
    private AddressPlan() {}

    static DeliveryPlan of(PlannerOptions options, InetAddress address, int port, Demand demand) {
        Requirement requirement = requirement(options, address, demand);
        Name literal = name(address);
        String why = requirement instanceof Requirement.DoNotUse not
                ? not.refusal().sentence()
                : "An address has neither DANE nor MTA-STS; the destination is configured for the level "
                        + options.level().token() + ".";
        return new DeliveryPlan(literal, port, requirement, Optional.empty(), literal, demand, options.terms(), why);
    }

    private static Requirement requirement(PlannerOptions options, InetAddress address, Demand demand) {
        boolean named = !options.match().isEmpty();
        return switch (options.level()) {
            case VERIFY, SECURE ->
                named
                        ? new Requirement.Configured(options.level(), options.match(), true)
                        : doNotUse("L2", address, "no name that its certificate could be held against is configured");
            case DANE_ONLY -> doNotUse("D22", address, "DANE is mandatory by configuration");
            case NONE, MAY, ENCRYPT, DANE, AUTO -> {
                if (demand == Demand.REQUIRE_TLS) {
                    yield doNotUse("Q3", address, "the message demands REQUIRETLS");
                }
                boolean encrypt = options.level() == TlsLevel.ENCRYPT
                        || (options.mustEncrypt() && options.level() != TlsLevel.NONE);
                yield encrypt
                        ? new Requirement.Configured(TlsLevel.ENCRYPT, List.of(), false)
                        : options.level() == TlsLevel.NONE
                                ? new Requirement.Configured(TlsLevel.NONE, List.of(), false)
                                : new Requirement.Opportunistic();
            }
        };
    }

    private static Requirement doNotUse(String rule, InetAddress address, String why) {
        return new Requirement.DoNotUse(
                Cause.UNCONFIRMED,
                new Refusal(
                        rule,
                        Optional.empty(),
                        Optional.empty(),
                        "The server is known by its address alone, " + Addresses.text(address) + ", and " + why + "."));
    }

    /** The literal as it stands in an address, as one label: no host can have that name. */
    private static Name name(InetAddress address) {
        String literal = (address instanceof Inet6Address ? "[IPv6:" : "[") + Addresses.text(address) + "]";
        StringBuilder label = new StringBuilder();
        for (byte b : literal.getBytes(StandardCharsets.US_ASCII)) {
            label.append(b == '.' ? "\\." : String.valueOf((char) b));
        }
        try {
            return Name.fromString(label + ".");
        } catch (TextParseException e) {
            throw new IllegalStateException("an address literal is shorter than a label may be", e);
        }
    }
}
