package org.hikyaku.relay.receive;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.Accounts;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslServer;
import org.hikyaku.smtp.sasl.SaslServers;
import org.hikyaku.smtp.sasl.ScramKeys;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.Logins;
import org.hikyaku.tls.ChannelBinding;

/** Logs users in, inside TLS only: what is sent afterwards is to be as safe as the password. */
final class UserLogins implements Logins {
    private final SaslServers servers;
    private final LoginGuard guard;

    UserLogins(Accounts accounts, SecureRandom random, InstantSource clock) {
        this.servers = new SaslServers(accounts, random, ScramKeys.USUAL_ITERATIONS);
        this.guard = new LoginGuard(clock);
    }

    @Override
    public Set<SaslMechanism> offered(Client client, List<ChannelBinding> bindings) {
        if (client.tls().isEmpty()) {
            return Set.of();
        }
        EnumSet<SaslMechanism> mechanisms =
                EnumSet.of(SaslMechanism.SCRAM_SHA_256, SaslMechanism.PLAIN, SaslMechanism.LOGIN);
        if (!bindings.isEmpty()) {
            mechanisms.add(SaslMechanism.SCRAM_SHA_256_PLUS);
        }
        if (certificateUser(client).isPresent()) {
            mechanisms.add(SaslMechanism.EXTERNAL);
        }
        return mechanisms;
    }

    private static Optional<String> certificateUser(Client client) {
        return client.certificate().filter(CertificateStanding::trusted).flatMap(CertificateStanding::user);
    }

    @Override
    public Optional<Reply> refusal(Client client) {
        return guard.bars(client.remote().getAddress())
                ? Optional.of(new Reply(
                        454, List.of("4.7.0 too many failed logins from your address; come again in some minutes")))
                : Optional.empty();
    }

    @Override
    public SaslServer begin(SaslMechanism mechanism, Client client, List<ChannelBinding> bindings) {
        return servers.server(mechanism, bindings, !bindings.isEmpty(), certificateUser(client));
    }

    @Override
    public void succeeded(Client client, Client.Login login) {
        guard.succeeded(client.remote().getAddress());
    }

    @Override
    public Duration failed(Client client, SaslMechanism mechanism, String why) {
        return guard.failed(client.remote().getAddress());
    }
}
