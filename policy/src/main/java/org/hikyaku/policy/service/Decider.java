package org.hikyaku.policy.service;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.StsSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Looks a next hop up and decides. */
public final class Decider {
    /** What has nothing to do with DNS stays as it is. */
    private static final Duration ALWAYS = AnswerLife.LONGEST;

    private final Observer observer;
    private final StsSource sts;
    private final InstantSource clock;
    private final int port;

    /** @param port where mail goes when the key names none: 25, or what {@code smtp_tcp_port} says (D8) */
    public Decider(Observer observer, StsSource sts, InstantSource clock, int port) {
        this.observer = observer;
        this.sts = sts;
        this.clock = clock;
        this.port = port;
    }

    /**
     * A decision, and how long it holds.
     *
     * @param life zero when it must not be given a second time
     */
    public record Decided(PolicyDecision decision, Duration life) {}

    /**
     * Decides; asks nobody for what cannot have a policy. Never throws for anything that the network does.
     *
     * @param key as Postfix writes it
     */
    public Decided decide(String key) {
        return switch (NextHop.parse(key, port)) {
            case NextHop.Other other ->
                new Decided(
                        new PolicyDecision(new PolicyAnswer.NotFound(other.rule(), other.why()), List.of()), ALWAYS);
            case NextHop.Domain domain -> decided(observer.observe(domain.domain(), domain.port()));
            case NextHop.Host host -> decided(observe(host.host(), host.port()));
        };
    }

    private static Decided decided(DomainObservation observation) {
        return new Decided(PolicyDecision.of(observation), AnswerLife.of(observation));
    }

    /**
     * A host in brackets: the administrator names it, so that no MX record has to vouch for it. S14: the policy, if any,
     * is the smart host's own.
     */
    private DomainObservation observe(Name host, int port) {
        Answer named = new Answer.Secure(
                new Question(host, Type.MX), new Content.NoData(List.of(), AnswerLife.LONGEST), Proof.NONE);
        return new DomainObservation(
                host, port, named, Map.of(host, observer.observeHost(host, port)), sts.observe(host), clock.instant());
    }
}
