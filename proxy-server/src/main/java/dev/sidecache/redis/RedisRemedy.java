package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Availability;
import java.util.List;

/** What an operator can do about a Redis that cannot be used, for each reason there is. */
public final class RedisRemedy {
  private static final List<Case> CASES =
      List.of(
          new Case("not a sentinel", "name the sentinels (usual port 26379), or write redis://"),
          new Case(
              "know no master of this name",
              "correct ?sentinelMasterId=NAME; SENTINEL MASTERS lists the names"),
          new Case("the sentinels refuse the password", "correct ?sentinelPassword="),
          new Case("not part of a cluster", "write redis:// and this one host"),
          new Case(
              "may not run CLUSTER SLOTS",
              "give the user the command CLUSTER SLOTS: +cluster|slots"),
          new Case("the cluster is down", "bring its missing nodes back; CLUSTER INFO tells more"),
          new Case(
              "no node of the cluster has",
              "give every slot a node; redis-cli --cluster check tells more"),
          new Case(
              ConnectFailure.UNKNOWN_ISSUER,
              "name the issuer's certificates by ?ssl_ca_certs=FILE, or trust any by"
                  + " ?ssl_cert_reqs=none"),
          new Case(
              ConnectFailure.OTHER_HOST,
              "write the host that the certificate names, or add ?ssl_check_hostname=false"),
          new Case("certificate not trusted", "renew the server's certificate"),
          new Case(ConnectFailure.NO_TLS, "write redis:// instead of rediss://"),
          new Case(
              ConnectFailure.NO_HANDSHAKE,
              "write redis:// instead of rediss:// if the server speaks no TLS"),
          new Case(
              "token is refused", "correct the token: UPSTASH_REDIS_REST_TOKEN, or rest_token"),
          new Case("a read-only token", "take the standard token: the read-only one cannot store"),
          new Case("HTTP 429", "wait, or take a plan that allows more commands a second"),
          new Case("HTTP ", "see whether the address is that of a REST API, and that it is up"),
          new Case("wrong user or password", "correct user and password"),
          new Case("may not read", "give the user MGET and GET on the namespace's keys"),
          new Case(
              "may not write",
              "give the user SET and DEL on the namespace's keys; read-only access is not enough"),
          new Case("a replica, no master", "name the master: replicas are never read"),
          new Case("no longer a master", "name the present master, or the sentinels"),
          new Case("refuses writes", "see in its log what it waits for: replicas, or its disk"),
          new Case("loading", "wait until it has read its data"),
          new Case("cannot answer yet", "see its log: it is busy with a script, or not ready"),
          new Case("too many clients", "raise maxclients, or the provider's limit"),
          new Case("quota used up", "wait for the next period, or take a larger plan"),
          new Case("unknown host", "correct the host name"),
          new Case("connect timed out", "correct the address, or open the firewall between"),
          new Case("no route to host", "correct the address, or open the firewall between"),
          new Case("no reply", "see whether it is overloaded, or no Redis"),
          new Case("connection refused", "start Redis, or correct its address"));

  private static final List<String> UNREACHABLE =
      List.of("connection refused", "connect timed out", "no route to host", "unknown host");

  private static final List<String> NO_TLS_THERE =
      List.of(ConnectFailure.NO_TLS, ConnectFailure.NO_HANDSHAKE);

  private record Case(String reason, String remedy) {}

  private RedisRemedy() {}

  /** One sentence without a full stop. */
  public static String of(RedisAddress address, Availability availability) {
    String reason = availability.reason();
    if (reason.contains(ConnectFailure.CLOSED_EARLY)) {
      return address.tls().isOn()
          ? "see the server's log, or whether something between closes connections"
          : "write rediss:// instead of redis:// if the server speaks TLS";
    }
    if (address.kind() == RedisAddress.Kind.REST && NO_TLS_THERE.contains(reason)) {
      return "correct the port: what listens there speaks no TLS";
    }
    if (reason.startsWith("node ") && UNREACHABLE.stream().anyMatch(reason::contains)) {
      return "start it, or make the address that it announces reachable from here";
    }
    for (Case known : CASES) {
      if (reason.contains(known.reason)) {
        return known.remedy;
      }
    }
    return "see the log of Redis, or correct its address";
  }
}
