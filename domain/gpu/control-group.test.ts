import { describe, expect, test } from "vitest";
import { parseControlGroup } from "./control-group";

const id = "3f".repeat(32);
const other = "a1".repeat(32);

describe("container id", () => {
  test.each([
    ["docker, version 1", `12:memory:/docker/${id}\n1:name=systemd:/docker/${id}`],
    ["docker, version 2 with systemd", `0::/system.slice/docker-${id}.scope`],
    ["docker, version 2 with cgroupfs", `0::/docker/${id}`],
    ["podman", `0::/machine.slice/libpod-${id}.scope/container`],
    [
      "podman without root",
      `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`,
    ],
    ["podman, its watcher beside it", `0::/machine.slice/libpod-conmon-${other}.scope/${id}`],
    ["containerd", `0::/default/${id}`],
    ["containerd by name", `0::/system.slice/nerdctl-${id}.scope`],
    [
      "kubernetes, containerd, version 2",
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b_2c.slice/cri-containerd-${id}.scope`,
    ],
    [
      "kubernetes, CRI-O",
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podffee.slice/crio-${id}.scope`,
    ],
    [
      "kubernetes, version 1",
      `11:devices:/kubepods/burstable/pod7c6a5c1e-0000-4000-8000-1234567890ab/${id}`,
    ],
    [
      "containerd's joined form",
      `1:name=systemd:/system.slice/containerd.service/kubepods-besteffort-pod12.slice:cri-containerd:${id}`,
    ],
    ["both versions at once", `0::/\n4:memory:/docker/${id}`],
    ["a container in a container", `0::/docker/${other}/docker/${id}`],
  ])("%s", (_name, text) => {
    expect(parseControlGroup(text).containerId).toBe(id);
  });

  test.each([
    ["a service", "0::/system.slice/ollama.service"],
    ["podman's watcher", `0::/machine.slice/libpod-conmon-${id}.scope`],
    ["a longer number", `0::/docker/${id}ff`],
    ["no hex", `0::/docker/${"g".repeat(64)}`],
    ["the root", "0::/"],
    ["nothing", ""],
    ["nonsense", "\0\0\n::::\n%s"],
  ])("%s is in none", (_name, text) => {
    expect(parseControlGroup(text).containerId).toBeNull();
  });
});

test("the path is that of the container, else the longest, and bounded", () => {
  expect(parseControlGroup(`0::/\n4:memory:/docker/${id}`).controlGroup).toBe(`/docker/${id}`);
  expect(parseControlGroup("3:cpu:/user.slice\n2:memory:/user.slice/a.service").controlGroup).toBe(
    "/user.slice/a.service",
  );
  expect(parseControlGroup("0::/").controlGroup).toBeNull();
  expect(parseControlGroup(`0::/${"x".repeat(100_000)}`).controlGroup).toHaveLength(512);
});
