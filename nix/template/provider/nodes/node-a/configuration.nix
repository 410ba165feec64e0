# What is this node's own: hardware, boot loader, disks. What it serves comes from the plan.
# `nixos-generate-config --show-hardware-config` on the node says what belongs here.
{
  networking.hostName = "node-a";

  boot.loader.grub.device = "/dev/vda";
  fileSystems."/" = {
    device = "/dev/vda1";
    fsType = "ext4";
  };

  # The release the node was installed with; never change it.
  system.stateVersion = "25.11";
}
