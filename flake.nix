{
  description = "CI/CD for NixOS hosting providers: plan, review, deploy and watch every environment of every node";

  # No inputs: a provider's lock stays free of ours, and a plan evaluates offline.
  outputs = _: {
    lib.mkProvider = import ./nix/mk-provider.nix;
  };
}
