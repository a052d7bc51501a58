package org.hikyaku.smtp.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslServer;
import org.hikyaku.tls.ChannelBinding;

/** Who may log in, and how. Called on many threads. */
public interface Logins {

    /** The mechanisms offered to this client now, best first; none offers no AUTH. */
    Set<SaslMechanism> offered(Client client, List<ChannelBinding> bindings);

    /** Why this client may not try now (too many failures from its address, say); empty when it may. */
    Optional<Reply> refusal(Client client);

    /** The server's side of one conversation; the mechanism is one of those offered. */
    SaslServer begin(SaslMechanism mechanism, Client client, List<ChannelBinding> bindings);

    /** A conversation has ended well. */
    void succeeded(Client client, Client.Login login);

    /** A conversation has failed; the answer waits this long. */
    Duration failed(Client client, SaslMechanism mechanism, String why);

    /** Nobody may log in. */
    static Logins none() {
        return new Logins() {
            @Override
            public Set<SaslMechanism> offered(Client client, List<ChannelBinding> bindings) {
                return Set.of();
            }

            @Override
            public Optional<Reply> refusal(Client client) {
                return Optional.of(new Reply(503, List.of("5.5.1 AUTH is not offered here")));
            }

            @Override
            public SaslServer begin(SaslMechanism mechanism, Client client, List<ChannelBinding> bindings) {
                throw new IllegalStateException(mechanism + " was not offered");
            }

            @Override
            public void succeeded(Client client, Client.Login login) {}

            @Override
            public Duration failed(Client client, SaslMechanism mechanism, String why) {
                return Duration.ZERO;
            }
        };
    }
}
