package main

import (
	"context"
	"crypto/x509"
	"net"
	"strings"
	"sync"
	"time"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/vitess/go/mysql"
)

// What MySQL does and go-mysql-server does not: it ends sessions that are silent for longer than wait_timeout, tells nobody whether
// a login exists, and has a number for each error.

// tableAccessDenied is ER_TABLEACCESS_DENIED_ERROR.
const tableAccessDenied = 1142

// endSilentSessions replaces the handler of the server.
func endSilentSessions(engine *sqle.Engine, sessions *server.SessionManager, handler mysql.Handler) (*sqle.Engine, *server.SessionManager, mysql.Handler) {
	return engine, sessions, &patience{Handler: handler, sessions: sessions, timers: map[uint32]*time.Timer{}}
}

type patience struct {
	mysql.Handler
	sessions *server.SessionManager
	lock     sync.Mutex
	timers   map[uint32]*time.Timer
}

func (p *patience) ComQuery(ctx context.Context, connection *mysql.Conn, query string, callback mysql.ResultSpoolFn) error {
	p.stopTimer(connection)
	defer p.startTimer(connection)
	return withNumber(p.Handler.ComQuery(ctx, connection, query, callback))
}

// withNumber gives the errors for missing privileges the number that MySQL has for them.
func withNumber(err error) error {
	failure, ok := err.(*mysql.SQLError)
	if !ok || !(strings.Contains(failure.Message, "command denied to user") || strings.Contains(failure.Message, "Access denied for user")) {
		return err
	}
	return mysql.NewSQLError(tableAccessDenied, mysql.SSClientError, "%s", failure.Message)
}

func (p *patience) ConnectionClosed(connection *mysql.Conn) {
	p.stopTimer(connection)
	p.Handler.ConnectionClosed(connection)
}

func (p *patience) startTimer(connection *mysql.Conn) {
	session, err := p.sessions.NewContextWithQuery(context.Background(), connection, "")
	if err != nil {
		return
	}
	seconds, err := session.GetSessionVariable(session, "wait_timeout")
	check(err)
	p.lock.Lock()
	defer p.lock.Unlock()
	p.timers[connection.ConnectionID] = time.AfterFunc(time.Duration(seconds.(int64))*time.Second, connection.Close)
}

func (p *patience) stopTimer(connection *mysql.Conn) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if timer := p.timers[connection.ConnectionID]; timer != nil {
		timer.Stop()
		delete(p.timers, connection.ConnectionID)
	}
}

// listenDiscreetly makes the listener of the server.
func listenDiscreetly(config server.Config, listener mysql.ListenerConfig, events server.ServerEventListener) (server.ProtocolListener, error) {
	listener.AuthServer = discretion{listener.AuthServer}
	return server.MySQLProtocolListenerFactory(config, listener, events)
}

type discretion struct {
	mysql.AuthServer
}

// AuthMethods ends with one for all names that no other one knows, which takes no password.
func (d discretion) AuthMethods() []mysql.AuthMethod {
	known := d.AuthServer.AuthMethods()
	return append(known, stranger{mysql.NewMysqlNativeAuthMethod(nobody{}, nobody{}), known})
}

type stranger struct {
	mysql.AuthMethod
	known []mysql.AuthMethod
}

func (s stranger) HandleUser(connection *mysql.Conn, user string) bool {
	for _, method := range s.known {
		if method.HandleUser(connection, user) {
			return false
		}
	}
	return true
}

type nobody struct{}

func (nobody) HandleUser(string, net.Addr) bool {
	return true
}

func (nobody) UserEntryWithHash(_ []*x509.Certificate, _ []byte, user string, _ []byte, _ net.Addr) (mysql.Getter, error) {
	return nil, mysql.NewSQLError(mysql.ERAccessDeniedError, mysql.SSAccessDeniedError, "Access denied for user '%v'", user)
}
