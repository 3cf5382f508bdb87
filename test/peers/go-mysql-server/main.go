// A server of the MySQL protocol for tests: go-mysql-server with accounts, TLS and nothing on disk. It is no MySQL; README's
// matrix says what was proven against it.
//
// The first line of standard input is its configuration. It prints its port, and ends when standard input does: also when
// its parent was killed.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
	"github.com/dolthub/go-mysql-server/sql/types"
	"github.com/sirupsen/logrus"
)

type configuration struct {
	Certificate   string
	Key           string
	Administrator string
	Password      string
	Version       string
}

func main() {
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	check(err)
	var settings configuration
	check(json.Unmarshal(line, &settings))
	port := start(settings)
	fmt.Println(port)
	_, _ = io.Copy(io.Discard, input)
}

func start(settings configuration) int {
	// Every statement goes to standard error, so that tests can look for passwords in it.
	logrus.SetLevel(logrus.DebugLevel)
	certificate, err := tls.X509KeyPair([]byte(settings.Certificate), []byte(settings.Key))
	check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)

	// Clients decide by the version which statements they may use, and by this variable, which it lacks, whether it is a replica.
	check(sql.SystemVariables.AssignValues(map[string]interface{}{"version": settings.Version}))
	sql.SystemVariables.AddSystemVariables([]sql.SystemVariable{&sql.MysqlSystemVariable{
		Name: "innodb_read_only", Scope: sql.GetMysqlScope(sql.SystemVariableScope_Global), Type: types.NewSystemBoolType("innodb_read_only"), Default: int8(0),
	}})

	provider := memory.NewDBProvider(memory.NewDatabase("app"))
	engine := sqle.NewDefault(provider)
	accounts := engine.Analyzer.Catalog.MySQLDb
	accounts.SetPersister(&mysql_db.NoopPersister{})
	editor := accounts.Editor()
	accounts.AddSuperUser(editor, settings.Administrator, "%", settings.Password)
	editor.Close()

	config := server.Config{
		Version:                 settings.Version,
		Listener:                listener,
		TLSConfig:               &tls.Config{Certificates: []tls.Certificate{certificate}},
		Options:                 []server.Option{endSilentSessions},
		ProtocolListenerFactory: listenDiscreetly,
	}
	contexts := func(parent context.Context, options ...sql.ContextOption) *sql.Context {
		return sql.NewContext(parent, options...)
	}
	running, err := server.NewServer(config, engine, contexts, memory.NewSessionBuilder(provider), nil)
	check(err)
	go func() { check(running.Start()) }()
	return listener.Addr().(*net.TCPAddr).Port
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
