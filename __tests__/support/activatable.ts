/**
 * A provider's setting `builders`: closures that deploy-rs can activate, of /bin/sh alone. A system brings its users and
 * takes away all others; an environment restores what it finds in /run/backups, and says that it runs. A hook in the provider's
 * folder may fail either, and a node whose note is `unbuildable` can't be built.
 */
// The last word is the shell's own: Nix kills a builder whose output is closed, as programs do shortly before they end.
export const BUILDERS = `builders =
        let
          activatable = name: activate: derivation {
            inherit name activate;
            system = "x86_64-linux";
            builder = "/bin/sh";
            passAsFile = [ "activate" ];
            args = [ "-c" ''
              PATH=/bin:/usr/bin
              if grep -q '^# unbuildable' $activatePath; then cat $activatePath; exit 1; fi
              mkdir $out
              { echo '#!/bin/sh'; cat $activatePath; } > $out/deploy-rs-activate
              printf '#!/bin/sh\\nexec activate "$@"\\n' > $out/activate-rs
              chmod 755 $out/*
              :
            '' ];
          };
          hook = name:
            let file = ./hooks + "/\${name}.nix"; in
            if builtins.pathExists file then import file else "";
        in
        {
          system = node:
            let
              users = node.config.users.users;
              keys = user: builtins.concatStringsSep "\\n"
                (user.openssh.authorizedKeys.keys ++ node.config.provider.deployPublicKeys or [ ]);
              add = name: ''
                test-add-user \${name} \${toString users.\${name}.uid} '\${keys users.\${name}}'
              '';
            in
            activatable "system-\${node.name}" ''
              set -eu
              wanted=' \${toString (builtins.attrNames users)} '
              if [ "''\${DRY_ACTIVATE-}" = 1 ]; then echo "would activate \${node.name}"; exit; fi
              # \${builtins.readFile (./nodes + "/\${node.name}/note.nix")}
              \${hook "system-\${node.name}"}
              \${builtins.concatStringsSep "" (map add (builtins.attrNames users))}
              for user in $(awk -F: '$3 > 1000 && $3 < 60000 { print $1 }' /etc/passwd); do
                case "$wanted" in *" $user "*) ;; *)
                  sed -i "/^$user:/d" /etc/passwd
                  rm -f "/etc/ssh/authorized_keys.d/$user" ;;
                esac
              done
              echo '\${builtins.toJSON (builtins.mapAttrs (_: host: host.enableACME or false) node.config.services.nginx.virtualHosts)}' >/run/virtual-hosts
              echo system >>/run/activations
            '';
          environment = environment:
            let name = environment.hostenv.userName; in
            activatable name ''
              set -eu
              if [ "''\${DRY_ACTIVATE-}" = 1 ]; then echo "would activate \${name}"; exit; fi
              \${hook name}
              plan='\${environment.hostenv.runtimeDir}/restore/plan.json'
              if [ -e "$plan" ]; then
                cat "$plan" >>"$HOME/restored"; echo >>"$HOME/restored"
                if [ -d '/run/backups/\${name}' ]; then test-restore "$plan"; else rm "$plan"; fi
              fi
              echo '\${environment.input.rev or "not pinned"}' >>"$HOME/activations"
            '';
        };`;
