package org.hikyaku.lab;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a lab is to be.
 *
 * @param catalogue its domains
 * @param seed what its keys follow from; equal seeds and equal clocks give equal labs
 * @param clock its time; certificates and signatures are dated from the instant at which the lab starts
 * @param oneWayDelay how long a packet travels, on every wire and to the resolver
 * @param silence how long one waits for what never answers, at most; zero says at once what would come of waiting
 * @param dnsPort UDP and TCP port on 127.0.0.1 for other people's software; 0 takes a free one; empty: none
 * @param serving when present, the lab's servers are at the addresses that the DNS gives
 */
public record LabOptions(
        Catalogue catalogue,
        long seed,
        InstantSource clock,
        Duration oneWayDelay,
        Duration silence,
        OptionalInt dnsPort,
        Optional<LabServing> serving) {

    /** The built-in catalogue at the present time, without delays. */
    public static LabOptions defaults() {
        return new LabOptions(
                Catalogue.builtIn(),
                1,
                InstantSource.system(),
                Duration.ZERO,
                Duration.ZERO,
                OptionalInt.empty(),
                Optional.empty());
    }

    public LabOptions withCatalogue(Catalogue other) {
        return new LabOptions(other, seed, clock, oneWayDelay, silence, dnsPort, serving);
    }

    public LabOptions withSeed(long other) {
        return new LabOptions(catalogue, other, clock, oneWayDelay, silence, dnsPort, serving);
    }

    public LabOptions withClock(InstantSource other) {
        return new LabOptions(catalogue, seed, other, oneWayDelay, silence, dnsPort, serving);
    }

    public LabOptions withOneWayDelay(Duration other) {
        return new LabOptions(catalogue, seed, clock, other, silence, dnsPort, serving);
    }

    public LabOptions withSilence(Duration other) {
        return new LabOptions(catalogue, seed, clock, oneWayDelay, other, dnsPort, serving);
    }

    /** Serves the lab's DNS on this port of 127.0.0.1 too; 0 takes a free one. */
    public LabOptions serveDns(int port) {
        return new LabOptions(catalogue, seed, clock, oneWayDelay, silence, OptionalInt.of(port), serving);
    }

    /** Puts the lab's servers at the addresses that the DNS gives, for other people's software. */
    public LabOptions withServing(LabServing how) {
        return new LabOptions(catalogue, seed, clock, oneWayDelay, silence, dnsPort, Optional.of(how));
    }
}
