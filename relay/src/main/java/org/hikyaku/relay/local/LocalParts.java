package org.hikyaku.relay.local;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.hikyaku.delivery.DeliveryLog;
import org.hikyaku.net.Network;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.RelayConfig;

/** Local delivery as it is configured. Its files can be read again while it works. */
public final class LocalParts {
    private final RelayConfig config;
    private final Maildirs maildirs;

    /** Replaced as a whole when files are read again. */
    private volatile LocalAddresses addresses;

    /** @throws ConfigException with all that is wrong in the files */
    public LocalParts(RelayConfig config, Instant started) throws ConfigException {
        this.config = config;
        this.maildirs = new Maildirs(config.local().maildirs(), config.hostname(), started);
        this.addresses = read();
    }

    /** Reads aliases and recipients again; what is in use stays when there is something wrong with them. */
    public void reload() throws ConfigException {
        addresses = read();
    }

    private LocalAddresses read() throws ConfigException {
        RelayConfig.Local local = config.local();
        Optional<Path> file = local.recipients();
        Optional<RecipientList> list =
                file.isPresent() ? Optional.of(RecipientList.read(file.get())) : Optional.empty();
        Aliases aliases =
                local.aliases().isPresent() ? Aliases.read(local.aliases().get()) : Aliases.none();
        BiPredicate<String, String> boxes = list.<BiPredicate<String, String>>map(l -> l::has)
                .orElseGet(() -> switch (local.store()) {
                    case MAILDIR -> maildirs::exists;
                    // The store is asked at delivery; the relay says at its start that a list is better.
                    case LMTP -> (_, _) -> true;
                });
        return new LocalAddresses(
                new HashSet<>(config.domains()),
                aliases,
                boxes,
                local.catchAll(),
                local.subaddress(),
                config.postmaster(),
                new HashSet<>(config.tlsrpt().receive()));
    }

    /** What addresses are now. */
    public LocalAddresses addresses() {
        return addresses;
    }

    public LocalDelivery delivery(
            Network network,
            LocalDelivery.Forward forward,
            LocalDelivery.Reports reports,
            DeliveryLog log,
            InstantSource clock) {
        RelayConfig.Local local = config.local();
        LocalDelivery.Store store = switch (local.store()) {
            case MAILDIR -> Stores.maildirs(maildirs);
            case LMTP ->
                Stores.lmtp(
                        new LmtpClient(
                                network,
                                local.lmtp().address(),
                                config.hostname(),
                                local.lmtp().timeout()),
                        local.lmtp().address());
        };
        return new LocalDelivery(this::addresses, store, forward, reports, log, clock);
    }
}
