package org.hikyaku.conformance.grade;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing to try: a kind of mail to a domain of the lab, what a correct sender does with it, and which rule each way of
 * doing wrong breaks.
 *
 * @param domain without its final dot
 * @param probe which kind of mail
 * @param about the domain's property or flaw, one sentence
 * @param must what a correct sender does
 * @param hosts the MX hosts in order of preference
 * @param rule the rule that the case decides: broken by whatever {@code blame} does not name otherwise, kept when all is
 *     right; empty when being right proves nothing and being wrong is free
 * @param proves whether being right shows that the rule is kept; false where a sender that knows nothing of it would do
 *     the same
 * @param blame the rules that a deviation breaks, the most general first: one that is broken by itself elsewhere takes the
 *     blame; a deviation with none is free
 * @param needs areas without which the case says nothing
 * @param reporting what a TLS report about the domain says; empty for mails of a special kind
 */
public record Case(
        String domain,
        Probe probe,
        String about,
        Must must,
        List<Host> hosts,
        Optional<String> rule,
        boolean proves,
        Map<Deviation, List<String>> blame,
        List<Area> needs,
        Optional<Reporting> reporting) {

    public Case {
        hosts = List.copyOf(hosts);
        blame = Map.copyOf(blame);
        needs = List.copyOf(needs);
    }

    /**
     * One MX host, as the case sees it.
     *
     * @param name as in the MX record, without its final dot
     * @param use whether mail may go to it
     * @param clear whether mail may go to it in clear
     * @param sni the server name that a handshake must name; empty where it is free
     * @param sniRule the rule that says so
     * @param startTls whether STARTTLS is offered
     * @param tlsWorks whether a handshake comes to an end
     * @param reachable whether the host can be reached over IPv4
     */
    public record Host(
            String name,
            Use use,
            boolean clear,
            Optional<String> sni,
            Optional<String> sniRule,
            boolean startTls,
            boolean tlsWorks,
            boolean reachable) {}

    /** Whether mail may go to a host. */
    public enum Use {
        YES,
        /** Not after what a session shows. */
        NO,
        /** There must not even be a connection. */
        NO_CONNECTION,
        /** It does not answer. */
        CANNOT
    }

    /** How a person calls the case: the domain, and the kind of mail when it is a special one. */
    public String title() {
        return probe == Probe.ORDINARY ? domain : domain + " (" + probe.localPart() + ")";
    }

    /** The recipient of its mail. */
    public String recipient() {
        return probe.localPart() + "@" + domain;
    }

    /** Whether its mail goes to a domain that has changed since a first one. */
    public boolean isSecond() {
        return probe == Probe.LATER || probe == Probe.RESTARTED;
    }

    /** The rules that another server name than this rule wants may break. */
    List<String> blamedForName(String rule) {
        List<String> named = blamed(Deviation.WRONG_NAME);
        return named.isEmpty() ? List.of(rule) : named;
    }

    /** The rules that a deviation breaks; none when it is free. */
    List<String> blamed(Deviation deviation) {
        return blame.getOrDefault(deviation, List.of());
    }
}
